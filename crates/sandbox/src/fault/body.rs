//! Answers that end too soon: all bytes are announced, half of them come.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::sleep;

/// What comes after the first half.
pub(crate) type End = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The first half of a body.
pub(crate) struct Half {
    first: Option<Bytes>,
    announced: u64,
    end: End,
}

impl Half {
    /// Sends half of the bytes, waits for `end`, and breaks off.
    pub fn of(whole: &Bytes, end: End) -> Self {
        Self {
            first: Some(whole.slice(..whole.len() / 2)),
            announced: whole.len() as u64,
            end,
        }
    }
}

/// Leaves what was sent the time to go out.
pub(crate) fn soon() -> End {
    Box::pin(sleep(Duration::from_millis(30)))
}

impl HttpBody for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(half) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        self.end
            .as_mut()
            .poll(context)
            .map(|()| Some(Err(io::Error::other("broken off on purpose"))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
