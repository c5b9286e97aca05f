//! The thread that writes the journal. What is asked for while a batch is on its way to the disk goes with the next one, all
//! together.

use super::super::journal::record::Record;
use super::super::journal::{Journal, JournalError};
use super::super::scheduler::Input;
use super::Message;
use mgmt_resources::host::Disks;
use mgmt_resources::kill_point;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

type Order = (u64, Vec<Record>);

/// Writes batches in order.
pub(super) struct Writer {
    orders: Option<Sender<Order>>,
    ended: Option<oneshot::Receiver<()>>,
}

impl Writer {
    pub(super) fn start(
        journal: Box<dyn Journal>,
        disks: Disks,
        messages: UnboundedSender<Message>,
    ) -> Result<Writer, JournalError> {
        let (orders, inbox) = channel();
        let (end, ended) = oneshot::channel();
        let work = move || {
            write(journal, &disks, &inbox, &messages);
            // The driver may not wait for it.
            let _ = end.send(());
        };
        let failed = |error| JournalError::Io { what: "starting its thread".to_owned(), error };
        std::thread::Builder::new().name("journal".to_owned()).spawn(work).map_err(failed)?;
        Ok(Writer { orders: Some(orders), ended: Some(ended) })
    }

    pub(super) fn write(&self, token: u64, batch: Vec<Record>) {
        if let Some(orders) = &self.orders {
            // The thread ends only when this sender does.
            let _ = orders.send((token, batch));
        }
    }

    /// Waits until everything is written and the journal is closed.
    pub(super) async fn end(&mut self) {
        self.orders = None;
        if let Some(ended) = self.ended.take() {
            let _ = ended.await;
        }
    }
}

fn write(mut journal: Box<dyn Journal>, disks: &Disks, inbox: &Receiver<Order>, messages: &UnboundedSender<Message>) {
    while let Ok(first) = inbox.recv() {
        let mut tokens = vec![first.0];
        let mut batches = vec![first.1];
        for (token, batch) in inbox.try_iter() {
            tokens.push(token);
            batches.push(batch);
        }
        let result = append(&mut *journal, disks, &batches);
        for token in tokens {
            // After the end nobody listens.
            let _ = messages.send(Message::Input(Input::Written(token, result.clone())));
        }
    }
}

fn append(journal: &mut dyn Journal, disks: &Disks, batches: &[Vec<Record>]) -> Result<(), String> {
    let any = |wanted: fn(&Record) -> bool| batches.iter().flatten().any(wanted);
    // A notification is taken off the journal only when what was done about it is as durable as the journal.
    if any(|record| matches!(record, Record::Delivered { .. })) {
        kill_point("journal:before-sync");
        disks.sync().map_err(|error| format!("synchronising file systems: {error}"))?;
    }
    kill_point("journal:before-write");
    journal.append(batches).map_err(|error| error.to_string())?;
    if any(|record| matches!(record, Record::Intent(_))) {
        kill_point("journal:intent-flushed");
    }
    if any(|record| matches!(record, Record::Pending { .. })) {
        kill_point("journal:pending-flushed");
    }
    if any(|record| matches!(record, Record::Delivered { .. })) {
        kill_point("journal:delivered-flushed");
    }
    Ok(())
}
