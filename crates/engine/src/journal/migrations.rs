//! The tables of the journal, by version (`user_version` of the database). A version, once released,
//! is never edited: the next change is the next entry.

use rusqlite::{Connection, TransactionBehavior};

/// One entry per version; entry 0 brings an empty database to version 1.
pub(super) const MIGRATIONS: &[&str] = &[
    // 1: runs with their items and lines, what was last read of an instance, the audit chain,
    // what checks found, single facts.
    r"
    CREATE TABLE runs (
        id TEXT PRIMARY KEY NOT NULL,
        kind TEXT NOT NULL,
        instance_id TEXT,
        instance_name TEXT,
        environment TEXT,
        status TEXT NOT NULL,
        phase TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT,
        asked_by TEXT NOT NULL,
        request TEXT NOT NULL,
        planned INTEGER NOT NULL DEFAULT 0,
        fetched INTEGER NOT NULL DEFAULT 0,
        carried INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        snapshot TEXT,
        headline TEXT,
        guidance TEXT,
        resumable INTEGER NOT NULL DEFAULT 0,
        owner_pid INTEGER
    ) STRICT;
    CREATE INDEX runs_by_start ON runs (started_at DESC);
    CREATE UNIQUE INDEX one_backup_per_instance ON runs (instance_id)
        WHERE kind = 'backup' AND status IN ('running', 'cancelling') AND instance_id IS NOT NULL;

    CREATE TABLE run_items (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        artifact TEXT NOT NULL,
        position INTEGER NOT NULL,
        list_key TEXT NOT NULL,
        carry_key TEXT,
        state TEXT NOT NULL,
        bytes INTEGER NOT NULL DEFAULT 0,
        files TEXT NOT NULL DEFAULT '[]',
        reason TEXT,
        PRIMARY KEY (run, artifact)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE run_log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        weight TEXT NOT NULL,
        text TEXT NOT NULL,
        exchange TEXT
    ) STRICT;
    CREATE INDEX run_log_by_run ON run_log (run, seq);

    CREATE TABLE catalogue_cache (
        instance_id TEXT PRIMARY KEY NOT NULL,
        read_at TEXT NOT NULL,
        catalogue TEXT NOT NULL
    ) STRICT;

    CREATE TABLE audit (
        seq INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        who TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT NOT NULL,
        detail TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never changed'); END;
    CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'entries of the audit log are never removed'); END;

    CREATE TABLE checks (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        at TEXT NOT NULL,
        passed INTEGER NOT NULL,
        report TEXT NOT NULL
    ) STRICT;
    CREATE INDEX checks_by_subject ON checks (kind, subject, seq DESC);

    CREATE TABLE facts (
        key TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT;
    ",
    // 2: the steps of runs that change an instance, of which one at a time goes on in an instance.
    r"
    CREATE TABLE run_steps (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        state TEXT NOT NULL,
        detail TEXT NOT NULL,
        after TEXT,
        changed_at TEXT NOT NULL,
        PRIMARY KEY (run, position)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX one_change_per_instance ON runs (instance_id)
        WHERE kind = 'change' AND status IN ('running', 'cancelling') AND instance_id IS NOT NULL;
    ",
    // 3: what the lists told beside the catalogue, and what comparing found out: it can all be
    // found out again.
    r"
    CREATE TABLE catalogue_details (
        instance_id TEXT PRIMARY KEY NOT NULL,
        read_at TEXT NOT NULL,
        details TEXT NOT NULL
    ) STRICT;
    CREATE TABLE fingerprints (
        key TEXT PRIMARY KEY NOT NULL,
        fingerprint TEXT NOT NULL,
        used_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE differences (
        key TEXT PRIMARY KEY NOT NULL,
        verdict TEXT NOT NULL,
        summary TEXT NOT NULL,
        used_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    ",
    // 4: runs that carry out a waybill: they change an instance too, their steps take their time and
    // have causes where they fail, and at the end each artifact is read back.
    r"
    DROP INDEX one_change_per_instance;
    CREATE UNIQUE INDEX one_change_per_instance ON runs (instance_id)
        WHERE kind IN ('change', 'move') AND status IN ('running', 'cancelling') AND instance_id IS NOT NULL;
    ALTER TABLE run_steps ADD COLUMN began_at TEXT;
    ALTER TABLE run_steps ADD COLUMN took_ms INTEGER;
    ALTER TABLE run_steps ADD COLUMN base TEXT;
    ALTER TABLE run_steps ADD COLUMN failure TEXT;
    CREATE TABLE run_results (
        run TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        artifact TEXT NOT NULL,
        verified INTEGER,
        words TEXT,
        PRIMARY KEY (run, artifact)
    ) STRICT, WITHOUT ROWID;
    ",
    // 5: runs that clone an instance change one too, and wait for their turn in the other. Backups that keep
    // themselves: a due time is taken by whoever writes its row first, so that two
    // programs never make the same backup; copies, proofs and what was told are remembered.
    r"
    DROP INDEX one_change_per_instance;
    CREATE UNIQUE INDEX one_change_per_instance ON runs (instance_id)
        WHERE kind IN ('change', 'move', 'clone') AND status IN ('running', 'cancelling') AND instance_id IS NOT NULL;
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY,
        instance_id TEXT NOT NULL,
        run TEXT NOT NULL,
        UNIQUE (instance_id, run)
    ) STRICT;
    CREATE TABLE due_times (
        schedule TEXT NOT NULL,
        due_at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        taken_at TEXT NOT NULL,
        run TEXT,
        words TEXT,
        PRIMARY KEY (schedule, due_at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE copies (
        target TEXT NOT NULL,
        origin TEXT NOT NULL,
        snapshot TEXT NOT NULL,
        instance_id TEXT NOT NULL,
        taken_at TEXT NOT NULL,
        state TEXT NOT NULL,
        began_at TEXT NOT NULL,
        ended_at TEXT,
        run TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 1,
        folder TEXT NOT NULL DEFAULT '',
        build INTEGER NOT NULL DEFAULT 0,
        head TEXT,
        reference TEXT,
        problem TEXT,
        guidance TEXT,
        PRIMARY KEY (target, origin)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE proofs (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        snapshot TEXT,
        instance_id TEXT,
        passed INTEGER NOT NULL,
        detail TEXT NOT NULL,
        run TEXT
    ) STRICT;
    CREATE TABLE drifts (
        instance_id TEXT NOT NULL,
        run TEXT NOT NULL,
        before TEXT NOT NULL,
        taken_at TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (instance_id, run)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX drifts_by_time ON drifts (instance_id, taken_at);
    CREATE TABLE causes (
        cause TEXT PRIMARY KEY NOT NULL,
        severity TEXT NOT NULL,
        began_at TEXT NOT NULL,
        said_at TEXT NOT NULL,
        over_at TEXT,
        lasts INTEGER NOT NULL,
        detail TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE words (
        id INTEGER PRIMARY KEY,
        cause TEXT NOT NULL,
        way TEXT NOT NULL,
        kind TEXT NOT NULL,
        severity TEXT NOT NULL,
        at TEXT NOT NULL,
        next_at TEXT NOT NULL,
        state TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        detail TEXT NOT NULL,
        problem TEXT
    ) STRICT;
    CREATE INDEX words_by_state ON words (state, next_at);
    CREATE TABLE releases (
        id INTEGER PRIMARY KEY,
        instance_id TEXT NOT NULL,
        project TEXT NOT NULL,
        build INTEGER NOT NULL,
        stage TEXT NOT NULL,
        began_at TEXT NOT NULL,
        change_run TEXT NOT NULL,
        run TEXT NOT NULL,
        snapshot TEXT,
        detail TEXT NOT NULL,
        UNIQUE (instance_id, project, build)
    ) STRICT;
    CREATE TABLE promotions (
        release INTEGER NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        instance_id TEXT NOT NULL,
        move TEXT NOT NULL,
        run TEXT,
        began_at TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (release, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX promotions_by_instance ON promotions (instance_id, began_at);
    CREATE TABLE identities (
        domain TEXT NOT NULL,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        read_at TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (domain, kind, id)
    ) STRICT, WITHOUT ROWID;
    ",
];

/// How migrating ended.
pub(super) enum Migrated {
    /// The database has the newest version.
    Current,
    /// The database is newer than this program.
    TooNew(i64),
}

/// Brings the database to the newest version. The version is read again inside the write
/// transaction, so that two programs that start together do not both migrate.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<Migrated> {
    let newest = newest();
    let found = version(connection)?;
    if found == newest {
        return Ok(Migrated::Current);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    if found > newest {
        return Ok(Migrated::TooNew(found));
    }
    for (index, tables) in MIGRATIONS.iter().enumerate() {
        if i64::try_from(index).is_ok_and(|index| index >= found) {
            transaction.execute_batch(tables)?;
        }
    }
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    Ok(Migrated::Current)
}

/// The newest version of the tables.
pub(super) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}
