//! The ladder of signals: each ^C or SIGTERM asks more urgently.

use crate::runtime::Stopper;
use std::io;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// How long a service manager's first signal is given before the next rung is climbed without one.
const PATIENCE: Duration = Duration::from_secs(15);

/// Passes signals on from now on, for as long as the future is polled.
pub fn follow(stopper: Stopper) -> io::Result<impl Future<Output = ()> + Send> {
    let (mut interrupts, mut terminations) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        let mut alone = false;
        loop {
            // Somebody at a terminal can press again; a service manager does not.
            let waited = async { if alone { tokio::time::sleep(PATIENCE).await } else { std::future::pending().await } };
            tokio::select! {
                _ = interrupts.recv() => {}
                _ = terminations.recv() => alone = true,
                () = waited => {}
            }
            stopper.stop();
        }
    })
}
