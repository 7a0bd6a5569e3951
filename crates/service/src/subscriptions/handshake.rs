//! Whoever is to be told must say that they want it, before a subscription is made: otherwise anybody could be flooded
//! (Graph contract 15).

use latchkey_crypto::Secret;
use latchkey_domain::{CorrelationId, HookUrl, Subscription};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::SubscriptionFailure;
use crate::Service;
use crate::outbound::{OutboundBody, OutboundError, OutboundRequest, Reach};

const NO_ANSWER: &str =
    "The notification endpoint did not answer in time, or not by HTTPS with a trusted certificate.";
const WRONG_ANSWER: &str = "The notification endpoint must answer the validation request with 200 and the decoded validation token as its whole body, in plain text.";
const WRONG_PLACE: &str = "The notification endpoint is not on the open internet.";

impl Service {
    /// Asks each address of the subscription.
    pub(super) async fn shake_hands(&self, subscription: &Subscription) -> Result<(), SubscriptionFailure> {
        self.shake_hands_at(&subscription.notification_url).await?;
        match &subscription.lifecycle_url {
            Some(url) if *url != subscription.notification_url => self.shake_hands_at(url).await,
            _ => Ok(()),
        }
    }

    async fn shake_hands_at(&self, url: &HookUrl) -> Result<(), SubscriptionFailure> {
        // Nobody answers it by chance.
        let id = CorrelationId::from_bytes(self.random_id());
        let token =
            format!("Validation: Testing client application reachability for subscription Request-Id: {id}");
        let encoded = utf8_percent_encode(&token, NON_ALPHANUMERIC).to_string();
        let request = OutboundRequest {
            url: url.with_parameter("validationToken", &encoded),
            body: Some(OutboundBody {
                content_type: "text/plain; charset=utf-8",
                text: Secret::new(String::new()),
            }),
            reach: Reach::OpenInternet,
            ..OutboundRequest::default()
        };
        // The log has the reason; whoever asked learns no more of our network than from outside.
        let refused = |reason: &str, message| {
            tracing::info!(url = super::shown(url), reason, "a subscription was not made");
            SubscriptionFailure::Handshake(message)
        };
        match self.outbound.send(request).await {
            Ok(answer) if answer.status == 200 && answer.body == token.as_bytes() => Ok(()),
            Ok(answer) => Err(refused(&format!("status {}", answer.status), WRONG_ANSWER)),
            Err(error @ OutboundError::Address(_)) => Err(refused(&error.to_string(), WRONG_PLACE)),
            Err(error @ OutboundError::TooLong) => Err(refused(&error.to_string(), WRONG_ANSWER)),
            Err(error) => Err(refused(&error.to_string(), NO_ANSWER)),
        }
    }
}
