//! Forms with a file in them (`multipart/form-data`, RFC 7578), as browsers send them.

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use multer::{Constraints, Multipart, SizeLimit};

/// The most bytes of such a form: the largest logo and the other fields, with room to spare.
const MOST: u64 = 128 * 1024;

/// The fields of such a form; a file's is its bytes in base64, empty when none was chosen. None: not such a form, or too
/// large.
pub(crate) async fn read(content_type: &str, body: Body) -> Option<Vec<(String, String)>> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(MOST));
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, limits);
    let mut fields = Vec::new();
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        let is_file = field.file_name().is_some();
        let content = field.bytes().await.ok()?;
        let value = if is_file {
            STANDARD.encode(content)
        } else {
            std::str::from_utf8(&content).ok()?.to_owned()
        };
        fields.push((name, value));
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x";

    fn body(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (head, content) in parts {
            body.extend(format!("------x\r\n{head}\r\n\r\n").bytes());
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(b"------x--\r\n");
        body
    }

    async fn fields(kind: &str, body: &[u8]) -> Option<Vec<(String, String)>> {
        read(kind, Body::from(body.to_vec())).await
    }

    #[tokio::test]
    async fn texts_and_files_are_read() {
        let sent = body(&[
            (
                "Content-Disposition: form-data; name=\"a\"",
                "ä & b\r\nc".as_bytes(),
            ),
            (
                "Content-Disposition: form-data; name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png",
                b"\x89PNG\r\n\x00\r\n--\xff",
            ),
            (
                "content-disposition: form-data; name=\"none\"; filename=\"\"",
                b"",
            ),
        ]);
        let fields = fields(KIND, &sent).await.unwrap();
        assert_eq!(fields[0], ("a".to_owned(), "ä & b\r\nc".to_owned()));
        assert_eq!(fields[1].0, "f");
        assert_eq!(
            STANDARD.decode(&fields[1].1).unwrap(),
            b"\x89PNG\r\n\x00\r\n--\xff"
        );
        assert_eq!(fields[2], ("none".to_owned(), String::new()));
    }

    #[tokio::test]
    async fn what_is_cut_large_or_something_else_is_not_read() {
        let sent = body(&[("Content-Disposition: form-data; name=\"a\"", b"b")]);
        assert!(fields(KIND, &sent).await.is_some());
        for length in 0..sent.len() - 4 {
            assert_eq!(fields(KIND, &sent[..length]).await, None, "{length}");
        }
        assert_eq!(fields("application/x-www-form-urlencoded", &sent).await, None);
        assert_eq!(fields("multipart/form-data; boundary=y", &sent).await, None);
        let nameless = body(&[("Content-Disposition: form-data", b"b")]);
        assert_eq!(fields(KIND, &nameless).await, None);
        let binary = body(&[("Content-Disposition: form-data; name=\"a\"", b"\xff")]);
        assert_eq!(fields(KIND, &binary).await, None);
        let large = vec![b'x'; usize::try_from(MOST).unwrap()];
        assert_eq!(
            fields(
                KIND,
                &body(&[("Content-Disposition: form-data; name=\"a\"", &large)])
            )
            .await,
            None
        );
    }
}
