//! The call behind a failure. The client took everything secret out of it.

use waybill_client::Exchange;
use waybill_engine::LogExchange;

use crate::view::ExchangeView;

/// The call behind a failure, for the screen.
pub(crate) fn exchange_view(exchange: &Exchange) -> ExchangeView {
    ExchangeView {
        method: exchange.method.clone(),
        path: exchange.path.clone(),
        status: exchange.status,
        body: exchange.body.clone(),
        request_id: exchange.request_id.clone(),
    }
}

impl From<LogExchange> for ExchangeView {
    fn from(exchange: LogExchange) -> Self {
        Self {
            method: exchange.method,
            path: exchange.path,
            status: exchange.status,
            body: exchange.body,
            request_id: exchange.request_id,
        }
    }
}
