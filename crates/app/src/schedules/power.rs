//! Whether the computer runs on its battery.

use std::fmt;
use std::sync::Arc;

/// Tells whether the computer runs on its battery.
#[derive(Clone)]
pub struct Power(Arc<dyn Fn() -> bool + Send + Sync>);

impl Power {
    /// Asks `on_battery`.
    pub fn new(on_battery: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(on_battery))
    }

    /// The computer's own: on battery while one is being drained. Where nothing can be found out it has mains.
    #[must_use]
    pub fn system() -> Self {
        Self::new(|| {
            let Ok(batteries) = starship_battery::Manager::new().and_then(|all| all.batteries())
            else {
                return false;
            };
            batteries
                .flatten()
                .any(|battery| battery.state() == starship_battery::State::Discharging)
        })
    }

    pub(crate) fn on_battery(&self) -> bool {
        (self.0)()
    }
}

impl fmt::Debug for Power {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Power")
    }
}
