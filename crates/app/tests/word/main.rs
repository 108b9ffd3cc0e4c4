//! Word: mail to a real mail server, webhooks to a receiver on this computer, each cause said once, and no secret in
//! anything.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod causes;
mod hooks;
mod mail;
mod post_office;
mod receiver;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use support::{Bench, ended, form, options, secret};
use waybill_app::view::{
    HookForm, HookKind, InstanceView, MailForm, MailSecurity, RunDetail, SelectionView, WordForm,
    WordSecrets, WordSeverity,
};
use waybill_app::{Clock, Power, Waybill};
use waybill_model::Environment;
use waybill_sandbox::{InstanceSpec, Running, Sandbox};

/// What nobody may ever see.
pub(crate) const CANARY: &str = "canary-5b0e9d2f";

/// An application with an instance, whose time is in the hands of the test.
pub(crate) struct Office {
    pub(crate) bench: Bench,
    pub(crate) sandbox: Running,
    pub(crate) instance: InstanceView,
    now: Arc<Mutex<Timestamp>>,
    on_battery: Arc<AtomicBool>,
}

impl Office {
    pub(crate) async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        std::fs::create_dir(&home).unwrap();
        std::fs::write(
            home.join("settings.json"),
            r#"{"version":1,"secretStore":"session"}"#,
        )
        .unwrap();
        let now = Arc::new(Mutex::new(Timestamp::now()));
        let mut options = options(&home);
        let clock = Arc::clone(&now);
        options.clock = Clock::new(move || *clock.lock().unwrap());
        let on_battery = Arc::new(AtomicBool::new(false));
        let drained = Arc::clone(&on_battery);
        options.power = Power::new(move || drained.load(Ordering::SeqCst));
        let app = Waybill::open(options).unwrap();
        let sandbox = Sandbox::builder()
            .instance(InstanceSpec::oic3("one"))
            .synthetic(4, 5)
            .start()
            .await
            .unwrap();
        let ready = sandbox.instance("one").unwrap();
        let mut own = form(ready, "one");
        own.environment = Environment::Production;
        let instance = app
            .instance_save(own, Some(secret(ready)), true)
            .await
            .unwrap();
        Self {
            bench: Bench { app, folder },
            sandbox,
            instance,
            now,
            on_battery,
        }
    }

    pub(crate) fn app(&self) -> &Waybill {
        &self.bench.app
    }

    /// Pulls the plug, or puts it back.
    pub(crate) fn on_battery(&self, drained: bool) {
        self.on_battery.store(drained, Ordering::SeqCst);
    }

    pub(crate) fn forward(&self, hours: i64) {
        let mut now = self.now.lock().unwrap();
        *now += SignedDuration::from_hours(hours);
    }

    /// Backs everything up, and waits for what follows.
    pub(crate) async fn back_up(&self) -> RunDetail {
        let run = self
            .app()
            .backup_start("one", SelectionView::Everything, None)
            .await
            .unwrap();
        let end = ended(self.app(), &run.id).await;
        while self.app().has_runs() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        end
    }

    /// Adds a webhook at this address.
    pub(crate) async fn hook(
        &self,
        name: &str,
        kind: HookKind,
        address: &str,
        severity: WordSeverity,
    ) {
        let mut form = self.app().word().unwrap().form;
        form.hooks.push(HookForm {
            id: None,
            name: name.into(),
            kind,
            on: true,
            severity,
        });
        let address = SecretString::from(address);
        let secrets = WordSecrets {
            mail_password: None,
            hook_addresses: BTreeMap::from([(name.to_owned(), address)]),
        };
        self.app().word_set(&form, secrets).await.unwrap();
    }

    /// Sets mail through a server on this computer.
    pub(crate) async fn mail(&self, port: u16, change: impl FnOnce(&mut WordForm)) {
        let mut form = self.app().word().unwrap().form;
        form.mail = Some(MailForm {
            on: true,
            host: "127.0.0.1".into(),
            port,
            security: MailSecurity::StartTls,
            user: Some("waybill".into()),
            from: "Waybill <waybill@acme.com>".into(),
            to: vec!["ops@acme.com".into()],
            severity: WordSeverity::Warning,
        });
        change(&mut form);
        let secrets = WordSecrets {
            mail_password: Some(SecretString::from(CANARY)),
            ..WordSecrets::default()
        };
        self.app().word_set(&form, secrets).await.unwrap();
    }
}
