//! Devices that wait for somebody to type their code (RFC 8628).

use latchkey_domain::{DeviceAnswer, DeviceRequest, Timestamp};

use crate::row::{FromRow, Row};
use crate::value::params;
use crate::{Reader, Result, StoreError, Writer, json};

/// A device's request as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDevice {
    /// SHA-256 of the device code.
    pub hash: [u8; 32],
    /// What the device asks for.
    pub request: DeviceRequest,
    /// Until when both codes work.
    pub expires_at: Timestamp,
    /// What the person said.
    pub answer: Option<DeviceAnswer>,
}

impl FromRow for StoredDevice {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let answer: Option<String> = row.get(3)?;
        let answer = match answer {
            None => None,
            Some(name) => Some(
                DeviceAnswer::ALL
                    .into_iter()
                    .find(|answer| answer.name() == name)
                    .ok_or_else(|| {
                        StoreError::Corrupt("a device was answered in an unknown way".to_owned())
                    })?,
            ),
        };
        Ok(Self {
            hash: row.get(0)?,
            request: json::read(row.text(1)?)?,
            expires_at: row.get(2)?,
            answer,
        })
    }
}

impl Reader {
    /// A device's request by the hash of its device code, whatever became of it.
    pub async fn device(&mut self, hash: &[u8; 32]) -> Result<Option<StoredDevice>> {
        let sql = "SELECT hash, document, expires_at, answer FROM device_codes WHERE hash = ?1";
        self.query_opt(sql, params![hash]).await
    }

    /// A device's request by the keyed hash of its user code, whatever became of it.
    pub async fn device_by_user_code(&mut self, user_code: &[u8; 32]) -> Result<Option<StoredDevice>> {
        let sql = "SELECT hash, document, expires_at, answer FROM device_codes WHERE user_code = ?1";
        self.query_opt(sql, params![user_code]).await
    }
}

impl Writer {
    /// Stores a device's request. False: another one has the same user code.
    pub async fn insert_device(
        &mut self,
        hash: &[u8; 32],
        user_code: &[u8; 32],
        request: &DeviceRequest,
        expires_at: Timestamp,
    ) -> Result<bool> {
        let sql = "INSERT INTO device_codes (hash, user_code, document, expires_at) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT DO NOTHING";
        let document = json::write(request)?;
        let inserted = self
            .execute(sql, params![hash, user_code, document, expires_at])
            .await?;
        Ok(inserted == 1)
    }

    /// Answers a device, once, while its code works. False: too late, or somebody was quicker.
    pub async fn answer_device(
        &mut self,
        hash: &[u8; 32],
        answer: DeviceAnswer,
        now: Timestamp,
    ) -> Result<bool> {
        let sql =
            "UPDATE device_codes SET answer = ?2 WHERE hash = ?1 AND answer IS NULL AND expires_at > ?3";
        Ok(self.execute(sql, params![hash, answer.name(), now]).await? == 1)
    }
}
