//! The log lines about joining a group.

use std::{sync::Arc, time::Duration};

use crate::{
    Bus,
    backend::{BackendError, BoxFuture, Partition, PartitionProgress, Start, Subscription},
    consumer::before,
};

/// How long joining waits for the administration of the bus, which is asked for the log lines only.
const PATIENCE: Duration = Duration::from_secs(5);

/// A consumer that joins a group. What the administration does not answer is missing in the log lines.
pub(super) struct Joining<'a> {
    bus: &'a Bus,
    group: Box<str>,
    member: Option<Box<str>>,
    topics: Vec<Arc<str>>,
    /// The partitions that the group has read before; `None` if that is not known or does not matter.
    known: Option<Vec<Partition>>,
    /// Completes when the log lines are written without further answers; `None` afterwards.
    limit: Option<BoxFuture<'static, ()>>,
}

impl<'a> Joining<'a> {
    /// Prepares the log lines before the consumer joins: a new group must be told from an existing one.
    pub(super) async fn begin(bus: &'a Bus, subscription: &Subscription) -> Self {
        let Subscription { topics, group, member, start, .. } = subscription;
        let mut joining = Self {
            bus,
            group: group.clone(),
            member: member.clone(),
            topics: topics.clone(),
            known: None,
            limit: Some(bus.backend().clock().sleep(PATIENCE)),
        };
        // A new group that begins at the earliest message has no old messages before it.
        if *start != Start::Earliest {
            joining.known = joining
                .partitions()
                .await
                .map(|partitions| partitions.into_iter().map(|progress| progress.partition).collect());
        }
        joining
    }

    /// Logs that the consumer has joined.
    pub(super) async fn log(mut self) {
        let progress = self.partitions().await.unwrap_or_default();
        let positions: Vec<_> =
            progress.iter().map(|progress| format!("{}@{}", progress.partition, progress.position)).collect();
        tracing::info!(
            group = &*self.group,
            member = self.member.as_deref(),
            topics = self.topics.join(", "),
            position = (!positions.is_empty()).then(|| positions.join(", ")),
            lag = progress.iter().filter_map(|progress| progress.lag).reduce(|one, other| one + other),
            "joined the group"
        );
        let Some(known) = self.known.take() else { return };
        let new = progress.into_iter().filter(|progress| !known.contains(&progress.partition));
        let messages = self.messages_before(new.collect()).await;
        if messages > 0 {
            tracing::warn!(
                group = &*self.group,
                topics = self.topics.join(", "),
                messages,
                "the group is new, and does not get the messages before its start"
            );
        }
    }

    /// How many messages are before the positions of a new group.
    async fn messages_before(&mut self, new: Vec<PartitionProgress>) -> u64 {
        if new.is_empty() {
            return 0;
        }
        let Ok(admin) = self.bus.admin() else { return 0 };
        let infos = self.answer(admin.topics()).await.unwrap_or_default();
        let before = new.iter().filter_map(|progress| {
            let info = infos.iter().find(|info| info.partition == progress.partition)?;
            Some(info.messages?.saturating_sub(progress.lag?))
        });
        before.sum()
    }

    /// The progress of the group on the topics of the consumer; empty if it does not exist.
    async fn partitions(&mut self) -> Option<Vec<PartitionProgress>> {
        let group = self.answer(self.bus.admin().ok()?.group(&self.group)).await?;
        let mut partitions = group.map_or_else(Vec::new, |group| group.partitions);
        partitions.retain(|progress| self.topics.contains(&progress.partition.topic));
        Some(partitions)
    }

    async fn answer<T>(&mut self, question: BoxFuture<'static, Result<T, BackendError>>) -> Option<T> {
        let Some(answer) = before(question, self.limit.as_mut()?).await else {
            self.limit = None;
            return None;
        };
        answer
            .inspect_err(|error| tracing::debug!(group = &*self.group, %error, "cannot describe the group"))
            .ok()
    }
}
