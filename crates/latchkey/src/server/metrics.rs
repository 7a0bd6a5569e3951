//! Figures for Prometheus.

use std::sync::Arc;
use std::time::Duration;

use latchkey_service::Service;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabelSet, EncodeLabelValue, EncodeMetric, LabelValueEncoder,
};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper bounds of the classes of durations, in seconds.
const DURATIONS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// Which door answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Door {
    Graph,
    Oauth,
    Web,
    Operation,
}

impl EncodeLabelValue for Door {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> Result<(), std::fmt::Error> {
        self.name().encode(encoder)
    }
}

impl Door {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Graph => "graph",
            Self::Oauth => "oauth",
            Self::Web => "web",
            Self::Operation => "operation",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    door: Door,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByDoor {
    door: Door,
}

/// The figures of one server.
pub(super) struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    durations: Family<ByDoor, Histogram, fn() -> Histogram>,
    pub(super) connections: Gauge,
    pub(super) refused: Counter,
}

impl Metrics {
    pub(super) fn new(service: Arc<Service>) -> Self {
        let mut registry = Registry::with_prefix("latchkey");
        let answers = Family::default();
        let durations = Family::new_with_constructor((|| Histogram::new(DURATIONS)) as fn() -> Histogram);
        let connections = Gauge::default();
        let refused = Counter::default();
        registry.register(
            "http_requests",
            "Requests answered, by door and status",
            answers.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time to the head of the answer",
            durations.clone(),
        );
        registry.register("http_connections", "Connections open now", connections.clone());
        registry.register(
            "http_connections_refused",
            "Connections refused because their address had too many",
            refused.clone(),
        );
        registry.register_collector(Box::new(Inner(service)));
        Self {
            registry,
            answers,
            durations,
            connections,
            refused,
        }
    }

    pub(super) fn count(&self, door: Door, status: u16, took: Duration) {
        self.answers.get_or_create(&Answer { door, status }).inc();
        self.durations
            .get_or_create(&ByDoor { door })
            .observe(took.as_secs_f64());
    }

    /// The text that Prometheus reads (`OpenMetrics` 1.0).
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

/// Figures that others keep; read when they are asked for.
struct Inner(Arc<Service>);

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Inner")
    }
}

impl Collector for Inner {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let stats = self.0.store().stats();
        for (name, help, value) in [
            ("store_jobs", "Changes committed", stats.jobs),
            (
                "store_commits",
                "Durable commits that carried them",
                stats.commits,
            ),
            (
                "store_retries",
                "Changes run again after a collision",
                stats.retries,
            ),
        ] {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        let deliveries = self.0.delivery_stats();
        for (name, help, value) in [
            (
                "deliveries_done",
                "Messages to others that arrived",
                deliveries.delivered,
            ),
            (
                "deliveries_failed",
                "Attempts to deliver that failed",
                deliveries.failed,
            ),
            (
                "deliveries_given_up",
                "Messages that were given up",
                deliveries.given_up,
            ),
        ] {
            let counter = ConstCounter::new(value);
            counter.encode(encoder.encode_descriptor(name, help, None, counter.metric_type())?)?;
        }
        let waiting = ConstGauge::new(i64::try_from(deliveries.waiting).unwrap_or(i64::MAX));
        waiting.encode(encoder.encode_descriptor(
            "deliveries_waiting",
            "Messages in the queue when it was last worked on",
            None,
            waiting.metric_type(),
        )?)?;
        let pool = self.0.hasher().pool();
        for (name, help, value) in [
            (
                "hash_queue_depth",
                "Password and pass computations that wait",
                pool.queue_depth(),
            ),
            ("hash_queue_capacity", "Most that may wait", pool.queue_capacity()),
        ] {
            let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}
