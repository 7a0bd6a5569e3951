//! Devices that wait for somebody, on both engines.

use latchkey_domain::{AskedFor, ClientId, DeviceAnswer, DeviceRequest, Platform, Seconds};

use crate::fixtures::{NOW, change, hash, race};
use crate::testing::for_each_engine;

fn request() -> DeviceRequest {
    let client_id = ClientId::from_bytes([1; 16]);
    DeviceRequest {
        client_id,
        asked: AskedFor {
            audience: client_id.to_string(),
            platform: Platform::PublicClient,
            scope: "openid".to_owned(),
            nonce: None,
            auth_time: false,
            acr: false,
            handles_challenges: false,
            key: None,
        },
        ip_address: "203.0.113.7".to_owned(),
    }
}

#[tokio::test]
async fn a_device_is_found_by_either_code_and_answered_once_in_time() {
    for_each_engine(|store| async move {
        let end = NOW + Seconds(900);
        for (device, user) in [(1, 11), (2, 12)] {
            let stored = change!(store, w => w.insert_device(&hash(device), &hash(user), &request(), end));
            assert!(stored.unwrap());
        }
        let taken = change!(store, w => w.insert_device(&hash(3), &hash(11), &request(), end));
        assert!(!taken.unwrap(), "no two devices have one user code");

        let mut reader = store.read().await.unwrap();
        let found = reader.device_by_user_code(&hash(11)).await.unwrap().unwrap();
        assert_eq!((found.hash, found.expires_at, found.answer), (hash(1), end, None));
        assert_eq!(found.request, request());
        assert_eq!(reader.device(&hash(1)).await.unwrap(), Some(found));
        assert_eq!(reader.device(&hash(3)).await.unwrap(), None);
        drop(reader);

        let answered = race(&store, 20, |w| {
            Box::pin(async move { w.answer_device(&hash(1), DeviceAnswer::Approved, NOW).await })
        });
        assert_eq!(answered.await, 1);
        let no = change!(store, w => w.answer_device(&hash(1), DeviceAnswer::Declined, NOW));
        assert!(!no.unwrap(), "a yes stays a yes");
        let late = change!(store, w => w.answer_device(&hash(2), DeviceAnswer::Approved, end));
        assert!(!late.unwrap());

        let mut reader = store.read().await.unwrap();
        let answer = reader.device(&hash(1)).await.unwrap().unwrap().answer;
        assert_eq!(answer, Some(DeviceAnswer::Approved));
        drop(reader);
        let day = Seconds(24 * 3600);
        let early = change!(store, w => w.purge(end + Seconds(day.0 - 1))).unwrap();
        assert_eq!(early.grants, 0);
        let late = change!(store, w => w.purge(end + day)).unwrap();
        assert_eq!(late.grants, 2);
    })
    .await;
}
