/** Short notices at the foot of the window: what was saved, what was started; never a failure alone. */
interface Notice {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const shownForMs = 8_000;
let last = 0;

class Notices {
  list = $state.raw<readonly Notice[]>([]);

  say(text: string, action?: Notice['action']): void {
    const notice: Notice = { id: ++last, text, action };
    this.list = [...this.list.slice(-2), notice];
    setTimeout(() => this.close(notice.id), shownForMs);
  }

  close(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
