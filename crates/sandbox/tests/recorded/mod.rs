//! The walk through the folder of recorded samples: which call each file belongs to, the call, and
//! the comparison of shapes.

mod exchange;
mod shape;
mod single;
mod special;
mod stage;
mod table;

use std::path::Path;

use serde_json::Value;

use stage::Stage;
use table::{Way, way};

/// What is wrong with a file; nothing where all is well.
pub async fn check(folder: &Path, name: &str) -> Result<(), String> {
    let way = way(name).ok_or_else(|| {
        format!(
            "no rule places it: name the call that it belongs to in {}",
            table::PLACE
        )
    })?;
    let text = std::fs::read(folder.join(name)).map_err(|error| error.to_string())?;
    let sample: Value = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
    let stage = Stage::set(way).await;
    let result = match way {
        Way::Exchange => exchange::exchange(&stage, &sample).await,
        Way::Exchanges => exchange::exchanges(&stage, &sample).await,
        Way::Special(special) => special::special(&stage, special, &sample).await,
        other => single::single(&stage, other, &sample).await,
    };
    stage.running.shutdown().await;
    result
}
