//! Files dragged from another program onto the window, as XDND has it: what the file manager of a
//! desktop does.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::{User, native_dialog};

const VERSION: u32 = 5;
const EVERY: Duration = Duration::from_millis(20);

/// Files that hang at the pointer, above the window.
pub struct Drag {
    server: Arc<RustConnection>,
    own: u32,
    target: u32,
    over: Arc<AtomicBool>,
    answering: Option<JoinHandle<()>>,
}

impl Drag {
    /// Holds files over the middle of the window.
    pub async fn over_window(user: &User, paths: &[PathBuf]) -> Self {
        let target = native_dialog::find(user, "Waybill").await.parse().unwrap();
        let (server, screen) = x11rb::connect(None).unwrap();
        let server = Arc::new(server);
        let root = server.setup().roots[screen].root;
        let own = server.generate_id().unwrap();
        server
            .create_window(
                0,
                own,
                root,
                0,
                0,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                0,
                &CreateWindowAux::new(),
            )
            .unwrap();
        let selection = atom(&server, "XdndSelection");
        server
            .set_selection_owner(own, selection, x11rb::CURRENT_TIME)
            .unwrap();
        let over = Arc::<AtomicBool>::default();
        let answering = thread::spawn({
            let (server, list, over) = (Arc::clone(&server), list(paths), Arc::clone(&over));
            move || answer(&server, &list, &over)
        });
        let drag = Self {
            server,
            own,
            target,
            over,
            answering: Some(answering),
        };
        drag.enter();
        drag
    }

    fn enter(&self) {
        let list = atom(&self.server, "text/uri-list");
        self.tell("XdndEnter", [VERSION << 24, list, 0, 0]);
        let copy = atom(&self.server, "XdndActionCopy");
        for step in 0..4 {
            let place = (400 + step) * 0x1_0000 + 300;
            self.tell("XdndPosition", [0, place, x11rb::CURRENT_TIME, copy]);
            thread::sleep(EVERY);
        }
    }

    /// Lets them go.
    pub fn drop_them(&self) {
        self.tell("XdndDrop", [0, x11rb::CURRENT_TIME, 0, 0]);
    }

    /// Takes them away again.
    pub fn take_away(&self) {
        self.tell("XdndLeave", [0, 0, 0, 0]);
    }

    fn tell(&self, what: &str, [one, two, three, four]: [u32; 4]) {
        let kind = atom(&self.server, what);
        let words = [self.own, one, two, three, four];
        let event = ClientMessageEvent::new(32, self.target, kind, words);
        self.server
            .send_event(false, self.target, EventMask::NO_EVENT, event)
            .unwrap();
        self.server.flush().unwrap();
    }
}

impl Drop for Drag {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(answering) = self.answering.take() {
            let _ = answering.join();
        }
    }
}

/// The paths as `text/uri-list`; what has another meaning there is written as numbers.
fn list(paths: &[PathBuf]) -> String {
    let mut list = String::new();
    for path in paths {
        let path = path.to_str().unwrap();
        list.push_str("file://");
        list.push_str(&path.replace('%', "%25").replace(' ', "%20"));
        list.push_str("\r\n");
    }
    list
}

fn atom(server: &RustConnection, name: &str) -> u32 {
    let asked = server.intern_atom(false, name.as_bytes()).unwrap();
    asked.reply().unwrap().atom
}

/// Answers whoever asks what is dragged, until it is over.
fn answer(server: &RustConnection, list: &str, over: &AtomicBool) {
    while !over.load(Ordering::Relaxed) {
        match server.poll_for_event() {
            Ok(Some(Event::SelectionRequest(asked))) => hand_over(server, list, &asked),
            Ok(Some(_)) => {}
            Ok(None) => thread::sleep(EVERY),
            Err(_) => return,
        }
    }
}

fn hand_over(server: &RustConnection, list: &str, asked: &SelectionRequestEvent) {
    let kind = atom(server, "text/uri-list");
    let known = asked.target == kind;
    if known {
        server
            .change_property8(
                PropMode::REPLACE,
                asked.requestor,
                asked.property,
                kind,
                list.as_bytes(),
            )
            .unwrap();
    }
    let told = SelectionNotifyEvent {
        response_type: SELECTION_NOTIFY_EVENT,
        sequence: 0,
        time: asked.time,
        requestor: asked.requestor,
        selection: asked.selection,
        target: asked.target,
        property: if known {
            asked.property
        } else {
            AtomEnum::NONE.into()
        },
    };
    server
        .send_event(false, asked.requestor, EventMask::NO_EVENT, told)
        .unwrap();
    server.flush().unwrap();
}
