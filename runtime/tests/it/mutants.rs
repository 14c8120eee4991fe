//! The conformance suite finds backends that break a sentence of the contract.

use std::{
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
    time::Duration,
};

use signalbook_runtime::{
    Clock, MemoryBackend,
    backend::{
        Backend, BackendError, Batch, BatchError, BoxFuture, Delivery, Message, Outgoing, Position,
        SchemaStore, Start, Subscriber, Subscription,
    },
    testing::conformance::{Capabilities, Capability, Case, Harness},
};

/// The sentence that a backend breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mutation {
    None,
    ReversesBatches,
    ReversesHeaders,
    AcceptsWhenPolled,
    StartsAtTheOtherEnd,
    LosesWhatAMemberHeld,
    IgnoresHeartbeats,
    AcknowledgesEarlierMessages,
    ForgetsAcknowledgements,
    LosesWhatACancelledReceiveGot,
    OverwritesSchemas,
    GivesAKeyToSeveralMembers,
    TellsNoLoss,
    CountsWhatIsGivenBack,
    StaysOpen,
}

/// The memory backend with a mutation.
#[derive(Clone, Debug)]
struct Mutant {
    log: MemoryBackend,
    mutation: Mutation,
}

/// A member, with the messages that it holds.
#[derive(Debug)]
struct MutantSubscriber {
    member: Box<dyn Subscriber>,
    mutation: Mutation,
    held: Mutex<Vec<Position>>,
}

/// A call of `receive` that takes messages even if it is dropped.
struct TakesWhenDropped<'a>(Option<BoxFuture<'a, Result<Batch, BackendError>>>);

impl Future for TakesWhenDropped<'_> {
    type Output = Result<Batch, BackendError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(receiving) = &mut self.0 else { return Poll::Pending };
        let polled = receiving.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for TakesWhenDropped<'_> {
    fn drop(&mut self) {
        let _ =
            self.0.as_mut().map(|receiving| receiving.as_mut().poll(&mut Context::from_waker(Waker::noop())));
    }
}

/// The header in which a mutant hides the key from the log.
const HIDDEN_KEY: &str = "hidden-key";

impl Mutant {
    fn new(mutation: Mutation) -> Self {
        Self { log: MemoryBackend::new(), mutation }
    }

    fn change(&self, mut outgoing: Outgoing) -> Outgoing {
        let message = &mut outgoing.message;
        if self.mutation == Mutation::ReversesHeaders {
            let headers: Vec<_> = message.headers.iter().collect();
            message.headers = headers.into_iter().rev().collect();
        }
        if self.mutation == Mutation::GivesAKeyToSeveralMembers
            && let Some(key) = message.key.take()
        {
            message.headers.push(HIDDEN_KEY, key);
        }
        if self.mutation == Mutation::OverwritesSchemas {
            outgoing.contract = None;
        }
        outgoing
    }
}

impl Backend for Mutant {
    fn clock(&self) -> Arc<dyn Clock> {
        self.log.clock()
    }

    fn publish(&self, batch: Vec<Outgoing>) -> BoxFuture<'static, Result<Vec<Position>, BatchError>> {
        let batch = batch.into_iter().map(|outgoing| self.change(outgoing));
        match self.mutation {
            Mutation::ReversesBatches => {
                let published = self.log.publish(batch.rev().collect());
                Box::pin(async move { Ok(published.await?.into_iter().rev().collect()) })
            }
            Mutation::AcceptsWhenPolled => {
                let (log, batch) = (self.log.clone(), batch.collect());
                Box::pin(async move { log.publish(batch).await })
            }
            _ => self.log.publish(batch.collect()),
        }
    }

    fn subscribe(
        &self,
        mut subscription: Subscription,
    ) -> BoxFuture<'static, Result<Box<dyn Subscriber>, BackendError>> {
        if self.mutation == Mutation::StartsAtTheOtherEnd && subscription.start == Start::Earliest {
            subscription.start = Start::Latest;
        }
        let (mutation, joining) = (self.mutation, self.log.subscribe(subscription));
        Box::pin(async move {
            let member = MutantSubscriber { member: joining.await?, mutation, held: Mutex::default() };
            Ok(Box::new(member) as Box<dyn Subscriber>)
        })
    }

    fn schema_store(&self) -> Option<&dyn SchemaStore> {
        Some(self)
    }

    fn flush(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        self.log.flush()
    }

    fn close(&self) -> BoxFuture<'static, Result<(), BackendError>> {
        if self.mutation == Mutation::StaysOpen {
            return Box::pin(async { Ok(()) });
        }
        self.log.close()
    }
}

impl SchemaStore for Mutant {
    fn get(&self, scope: &str, name: &str) -> BoxFuture<'static, Result<Option<Vec<u8>>, BackendError>> {
        self.log.get(scope, name)
    }

    fn put_if_absent(
        &self,
        scope: &str,
        name: &str,
        value: Vec<u8>,
    ) -> BoxFuture<'static, Result<Vec<u8>, BackendError>> {
        if self.mutation == Mutation::OverwritesSchemas {
            return Box::pin(async { Ok(value) });
        }
        self.log.put_if_absent(scope, name, value)
    }
}

impl MutantSubscriber {
    fn change(&self, mut batch: Batch) -> Batch {
        if self.mutation == Mutation::TellsNoLoss {
            batch.gaps.clear();
        }
        for Delivery { position, message, .. } in &mut batch.deliveries {
            self.held.lock().expect("no test panics with the lock").push(position.clone());
            if let Some(key) = message.headers.get(HIDDEN_KEY).map(<[u8]>::to_vec) {
                let mut shown = Message { key: Some(key), ..Message::clone(message) };
                shown.headers.retain(|name, _| name != HIDDEN_KEY);
                *message = Arc::new(shown);
            }
        }
        batch
    }

    /// Those of the held messages that come before these, and these.
    fn with_earlier(&self, positions: Vec<Position>) -> Vec<Position> {
        let mut held = self.held.lock().expect("no test panics with the lock");
        let last = held.iter().rposition(|position| positions.contains(position));
        last.map_or(positions, |last| held.drain(..=last).collect())
    }
}

impl Subscriber for MutantSubscriber {
    fn receive(&self, max: NonZeroUsize, wait: Duration) -> BoxFuture<'_, Result<Batch, BackendError>> {
        let receiving = self.member.receive(max, wait);
        if self.mutation == Mutation::LosesWhatACancelledReceiveGot {
            return Box::pin(TakesWhenDropped(Some(receiving)));
        }
        Box::pin(async move { Ok(self.change(receiving.await?)) })
    }

    fn acknowledge(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        match self.mutation {
            Mutation::ForgetsAcknowledgements => Box::pin(async { Ok(()) }),
            Mutation::AcknowledgesEarlierMessages => self.member.acknowledge(self.with_earlier(positions)),
            _ => self.member.acknowledge(positions),
        }
    }

    fn give_back(&self, positions: Vec<Position>) -> BoxFuture<'_, Result<(), BackendError>> {
        if self.mutation == Mutation::CountsWhatIsGivenBack {
            return Box::pin(async { Err(BackendError::unsupported("giving messages back")) });
        }
        self.member.give_back(positions)
    }

    fn keep_alive(&self) -> BoxFuture<'_, Result<(), BackendError>> {
        if self.mutation == Mutation::IgnoresHeartbeats {
            return Box::pin(async { Ok(()) });
        }
        self.member.keep_alive()
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<(), BackendError>> {
        let Self { member, mutation, held } = *self;
        if mutation == Mutation::LosesWhatAMemberHeld {
            let held = held.into_inner().expect("no test panics with the lock");
            drop(member.acknowledge(held));
        }
        member.close()
    }
}

impl Harness for Mutant {
    fn open(&self) -> Box<dyn Backend> {
        Box::new(self.clone())
    }

    fn capabilities(&self) -> Capabilities {
        use Capability::{Discard, RefuseSchemas, SchemaStore};
        [SchemaStore, RefuseSchemas, Discard].into_iter().fold(Capabilities::none(), Capabilities::with)
    }

    fn refuse_schemas(&self) {
        self.log.refuse_schemas(true);
    }

    /// A mutant that fails should do so soon.
    fn patience(&self) -> Duration {
        if self.mutation == Mutation::None { Duration::from_secs(60) } else { Duration::from_secs(1) }
    }

    fn discard(&self, before: &Position) {
        self.log.discard(&before.partition.topic, &before.offset).expect("an offset");
    }
}

#[test]
fn each_mutant_fails_the_case_of_its_sentence() {
    let mutants = [
        (Mutation::ReversesBatches, "a_key_keeps_its_order"),
        (Mutation::ReversesHeaders, "messages_arrive_unchanged"),
        (Mutation::AcceptsWhenPolled, "publishing_is_accepted_in_the_call"),
        (Mutation::StartsAtTheOtherEnd, "a_new_group_begins_at_its_start"),
        (Mutation::LosesWhatAMemberHeld, "unacknowledged_messages_return_on_close"),
        (Mutation::IgnoresHeartbeats, "a_heartbeat_postpones_the_claim"),
        (Mutation::AcknowledgesEarlierMessages, "messages_are_acknowledged_in_any_order"),
        (Mutation::ForgetsAcknowledgements, "a_group_continues_at_its_position"),
        (Mutation::LosesWhatACancelledReceiveGot, "a_cancelled_receive_loses_nothing"),
        (Mutation::OverwritesSchemas, "another_schema_of_a_version_is_a_conflict"),
        (Mutation::OverwritesSchemas, "the_first_schema_is_kept"),
        (Mutation::OverwritesSchemas, "a_refused_schema_stops_what_requires_it"),
        (Mutation::OverwritesSchemas, "a_contract_is_prepared"),
        (Mutation::GivesAKeyToSeveralMembers, "one_member_holds_a_key"),
        (Mutation::TellsNoLoss, "a_loss_is_told_once"),
        (Mutation::CountsWhatIsGivenBack, "a_message_that_is_given_back_is_not_counted"),
        (Mutation::StaysOpen, "a_closed_bus_returns_errors"),
    ];
    let mut survivors = Vec::new();
    for (mutation, name) in mutants {
        let case = Case::find(name).unwrap_or_else(|| panic!("`{name}` is a case"));
        case.run(&Mutant::new(Mutation::None));
        if catch_unwind(AssertUnwindSafe(|| case.run(&Mutant::new(mutation)))).is_ok() {
            survivors.push((name, mutation));
        }
    }
    assert!(survivors.is_empty(), "the case passes although the backend breaks its sentence: {survivors:?}");
}
