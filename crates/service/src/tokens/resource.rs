//! The names under which our Graph is asked for (sign-in contract 9.7).

/// Graph's own name in Entra's cloud; a scope without a resource belongs to it.
const GRAPH: &str = "https://graph.microsoft.com";
/// The application id of Graph.
const GRAPH_APP_ID: &str = "00000003-0000-0000-c000-000000000000";

/// Whether an identifier names our Graph: Microsoft's name for it, its GUID, or our own address with or without its
/// port (SDKs drop it), each without regard to case and with or without a slash at the end.
pub(crate) fn is_graph(identifier: &str, origin: &str) -> bool {
    let name = identifier.strip_suffix('/').unwrap_or(identifier);
    [GRAPH, GRAPH_APP_ID, origin, without_port(origin)]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// The origin without its port.
fn without_port(origin: &str) -> &str {
    match origin.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|sign| sign.is_ascii_digit()) => host,
        _ => origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_all_names_of_our_graph_and_no_others() {
        let origin = "https://id.example.com:8443";
        for name in [
            "https://graph.microsoft.com",
            "https://graph.microsoft.com/",
            "00000003-0000-0000-C000-000000000000",
            "https://id.example.com:8443",
            "https://ID.example.com:8443/",
            "https://id.example.com",
        ] {
            assert!(is_graph(name, origin), "{name}");
        }
        for name in [
            "",
            "/",
            "https://graph.microsoft.com//",
            "https://graph.microsoft.com.evil.example",
            "https://id.example.com:8444",
            "http://id.example.com:8443",
            "id.example.com",
            "https://vault.azure.net",
        ] {
            assert!(!is_graph(name, origin), "{name}");
        }
    }

    #[test]
    fn addresses_lose_nothing_but_their_port() {
        assert_eq!(without_port("https://[::1]:8443"), "https://[::1]");
        assert_eq!(without_port("https://id.example.com"), "https://id.example.com");
    }
}
