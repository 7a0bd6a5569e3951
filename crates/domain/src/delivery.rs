//! What the server tells others by itself: what waits to be told, how often it is tried, when it is given up.

use crate::{
    AuditId, ClientId, LifecycleEvent, News, NoticeReader, Seconds, SessionId, SubscriptionId, Timestamp,
    UserId,
};

/// Something that somebody else is to hear of.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Message {
    /// A session ended in which an application had let its person in (`OpenID` Connect Back-Channel Logout 1.0).
    Logout {
        /// The application.
        client: ClientId,
        /// Whose session it was.
        user: UserId,
        /// The session; `sid` in tokens.
        session: SessionId,
    },
    /// What a subscriber wants to hear of happened (Graph contract 15).
    Changes {
        /// The subscription.
        subscription: SubscriptionId,
        /// The number in the audit log of the first thing told; unique within the subscription.
        first: i64,
        /// What happened.
        news: Vec<News>,
    },
    /// Something happens to a subscription itself.
    Lifecycle {
        /// The subscription.
        subscription: SubscriptionId,
        /// What.
        event: LifecycleEvent,
    },
    /// Something happened that somebody is told of by a notice.
    Notice {
        /// The record of the audit log that tells of it.
        record: AuditId,
        /// Who is to read it.
        reader: NoticeReader,
    },
}

/// Who is called: whoever does not answer keeps nobody else waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver {
    /// An application.
    Application(ClientId),
    /// Who made a subscription.
    Subscriber(SubscriptionId),
    /// Whoever made a subscription.
    Subscribers,
}

/// A message on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What is to be told.
    pub message: Message,
    /// When it happened.
    pub created_at: Timestamp,
    /// Attempts so far, the one under way among them.
    pub attempts: u32,
}

impl Message {
    /// Names the message: the same thing is not put into the queue twice while it waits there.
    pub fn key(&self) -> String {
        match self {
            Self::Logout { client, session, .. } => format!("logout {session} {client}"),
            Self::Changes {
                subscription, first, ..
            } => format!("changes {subscription} {first}"),
            Self::Lifecycle { subscription, event } => format!("lifecycle {subscription} {}", event.as_str()),
            Self::Notice { record, reader } => {
                format!("notice {} {record} {}", reader.channel(), reader.key())
            }
        }
    }

    /// Who is called with it; none: it goes to somebody who is told nothing else meanwhile.
    pub const fn receiver(&self) -> Option<Receiver> {
        match self {
            Self::Logout { client, .. } => Some(Receiver::Application(*client)),
            Self::Changes { subscription, .. } | Self::Lifecycle { subscription, .. } => {
                Some(Receiver::Subscriber(*subscription))
            }
            Self::Notice { .. } => None,
        }
    }

    /// What is to be told when this message is given up; none: nobody is told.
    pub const fn when_given_up(&self) -> Option<Self> {
        match self {
            Self::Changes { subscription, .. } => Some(Self::Lifecycle {
                subscription: *subscription,
                event: LifecycleEvent::Missed,
            }),
            Self::Logout { .. } | Self::Lifecycle { .. } | Self::Notice { .. } => None,
        }
    }

    /// Whether it is a notice that leaves by this way out.
    pub fn is_notice_by(&self, channel: &str) -> bool {
        matches!(self, Self::Notice { reader, .. } if reader.channel() == channel)
    }

    /// After so long nobody waits for the message any more.
    pub const fn patience(&self) -> Seconds {
        match self {
            Self::Logout { .. } | Self::Changes { .. } | Self::Lifecycle { .. } => Delivery::PATIENCE,
            Self::Notice { .. } => Delivery::PATIENCE_OF_NOTICES,
        }
    }
}

impl Delivery {
    /// Whoever takes a delivery out of the queue has so long to finish an attempt; then another node may take it.
    pub const LEASE: Seconds = Seconds(60);
    /// After so long nobody waits for a call any more: 4 hours (Graph contract 15).
    pub const PATIENCE: Seconds = Seconds(4 * 3600);
    /// Notices may wait longer: over a weekend.
    pub const PATIENCE_OF_NOTICES: Seconds = Seconds(3 * 24 * 3600);
    /// The pause after the first attempt; each further one is twice as long …
    const FIRST_PAUSE: i64 = 5;
    /// … but no longer than this.
    const LONGEST_PAUSE: i64 = 15 * 60;

    /// When to try again after an attempt that failed at `now`; none: it is given up.
    pub fn next_attempt(&self, now: Timestamp) -> Option<Timestamp> {
        let doubled = self.attempts.saturating_sub(1).min(16);
        let pause = (Self::FIRST_PAUSE << doubled).min(Self::LONGEST_PAUSE);
        let next = now + Seconds(pause);
        (next < self.created_at + self.message.patience()).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn logout() -> Message {
        Message::Logout {
            client: ClientId::from_bytes([1; 16]),
            user: UserId::from_bytes([2; 16]),
            session: SessionId::from_bytes([3; 16]),
        }
    }

    #[test]
    fn pauses_grow_until_the_message_is_given_up() {
        let (mut now, mut pauses) = (START, Vec::new());
        for attempts in 1.. {
            let delivery = Delivery {
                message: logout(),
                created_at: START,
                attempts,
            };
            let Some(next) = delivery.next_attempt(now) else {
                break;
            };
            pauses.push(Seconds::between(now, next).0);
            now = next;
        }
        assert_eq!(pauses[..9], [5, 10, 20, 40, 80, 160, 320, 640, 900]);
        assert!(pauses[9..].iter().all(|pause| *pause == 900));
        let last = Seconds::between(START, now);
        assert!(
            last < Delivery::PATIENCE && last.0 + 900 >= Delivery::PATIENCE.0,
            "{last:?}"
        );
    }

    #[test]
    fn the_end_of_one_session_is_told_once_to_each_application() {
        let other = Message::Logout {
            client: ClientId::from_bytes([4; 16]),
            user: UserId::from_bytes([2; 16]),
            session: SessionId::from_bytes([3; 16]),
        };
        assert_eq!(logout().key(), logout().key());
        assert_ne!(logout().key(), other.key());
    }

    #[test]
    fn a_message_comes_back_as_it_was() {
        let text = serde_json::to_string(&logout()).unwrap();
        assert!(
            text.starts_with(r#"{"kind":"logout","client":"01010101-"#),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<Message>(&text).unwrap(), logout());
    }
}
