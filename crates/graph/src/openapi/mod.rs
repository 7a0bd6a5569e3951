//! `docs/openapi/graph.json`: what this door takes and answers, written from the routes and the objects themselves, and
//! checked to be current.
//!
//! `LATCHKEY_WRITE_DOCS=1 cargo test -p latchkey-graph openapi` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what is wrong must stop the test"
)]

mod answers;
mod bodies;
mod models;
mod operations;

use std::collections::BTreeMap;

use axum::http::Method;
use models::{reference, schemas};
use operations::{Content, Operation, operations};
use serde_json::{Map, Value, json};

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi/graph.json");

/// What anything can be answered with, and why.
const ANYWHERE: [(u16, &str); 5] = [
    (
        400,
        "The request is not in order, or asks for what can't be done.",
    ),
    (401, "There is no token, or it does not count."),
    (403, "The caller may not."),
    (429, "Too many requests: wait for as long as Retry-After says."),
    (503, "The server is busy: wait for as long as Retry-After says."),
];

fn option(pattern: &str, name: &str) -> Value {
    // Logs come in larger pages.
    let most = if pattern.starts_with("auditLogs/") {
        1000
    } else {
        999
    };
    let (schema, words) = match name {
        "count" => (
            json!({"type": "boolean"}),
            "Count all items, with ConsistencyLevel: eventual",
        ),
        "top" => (
            json!({"type": "integer", "minimum": 1, "maximum": most}),
            "Most items of a page",
        ),
        "expand" => (json!({"type": "string"}), "Related objects to put in"),
        "filter" => (json!({"type": "string"}), "Which items"),
        "orderby" => (json!({"type": "string"}), "The order"),
        "search" => (
            json!({"type": "string"}),
            "Which items, by words; with ConsistencyLevel: eventual",
        ),
        "select" => (
            json!({"type": "string"}),
            "Properties of the answer, with commas between",
        ),
        "skiptoken" => (
            json!({"type": "string"}),
            "Where the last page ended, from its link",
        ),
        "deltatoken" => (
            json!({"type": "string"}),
            "Where the last round ended, from its link",
        ),
        "@id" => {
            return json!({"name": "@id", "in": "query", "required": true, "description": "The object, by address or id",
                "schema": {"type": "string"}});
        }
        other => panic!("{other}"),
    };
    json!({"name": format!("${name}"), "in": "query", "description": words, "schema": schema})
}

fn key(name: &str) -> Value {
    let schema = match name {
        "cast" => json!({"type": "string", "enum": ["graph.user", "graph.group", "graph.administrativeUnit",
            "graph.directoryRole", "graph.servicePrincipal", "graph.application"]}),
        "minutes" => json!({"type": "integer", "minimum": 5, "maximum": 43_200}),
        _ => json!({"type": "string", "minLength": 1}),
    };
    json!({"name": name, "in": "path", "required": true, "schema": schema})
}

fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

/// The path as clients write it.
fn path(pattern: &str) -> String {
    format!("/{pattern}").replace(
        "creationOptions/{minutes}",
        "creationOptions(challengeTimeoutInMinutes={minutes})",
    )
}

fn success(operation: &Operation) -> Value {
    let listed = |name: &str| {
        json!({"type": "object", "required": ["@odata.context", "value"], "additionalProperties": false, "properties": {
            "@odata.context": {"type": "string"},
            "@odata.count": {"type": "integer", "minimum": 0},
            "@odata.nextLink": {"type": "string", "format": "uri"},
            "@odata.deltaLink": {"type": "string", "format": "uri"},
            "value": {"type": "array", "items": reference(name)},
        }})
    };
    let schema = match operation.content {
        Content::Nothing => return json!({"description": "Done."}),
        Content::Count => {
            return json!({"description": "The number.", "content": {"text/plain": {"schema": {"type": "integer"}}}});
        }
        Content::One(name) => json!({"allOf": [reference(name), {"required": ["@odata.context"]}]}),
        Content::List(name) => listed(name),
    };
    json!({"description": "Done.", "content": {"application/json": {"schema": schema}}})
}

fn described(operation: &Operation, me: bool) -> Value {
    let route = operation.route;
    let keys = route
        .pattern
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = keys.filter(|name| !(me && *name == "user")).map(key).collect();
    let has_key = !parameters.is_empty() || me || operation.body.is_some();
    parameters.extend(operation.options.iter().map(|name| option(route.pattern, name)));
    let needs_eventual = ["count", "search"]
        .iter()
        .any(|name| operation.options.contains(name));
    if needs_eventual || operation.content == Content::Count {
        parameters.push(header("ConsistencyLevel"));
    }
    parameters.push(header("client-request-id"));
    let mut answers = Map::new();
    answers.insert(operation.status.to_string(), success(operation));
    if operation.status == 201 {
        answers.insert(
            "204".to_owned(),
            json!({"description": "Made; asked for by Prefer: return=minimal."}),
        );
    }
    let mut failures: Vec<u16> = ANYWHERE.iter().map(|(status, _)| *status).collect();
    failures.extend(has_key.then_some(404));
    failures.extend(operation.extra);
    if matches!(route.method, Method::PATCH | Method::PUT | Method::DELETE) {
        failures.push(412);
        parameters.push(header("If-Match"));
    }
    if matches!(route.method, Method::PATCH | Method::PUT | Method::POST) {
        failures.extend([413, 415]);
    }
    for status in failures {
        answers.insert(
            status.to_string(),
            json!({"$ref": format!("#/components/responses/{status}")}),
        );
    }
    let mut described = json!({
        "operationId": format!("{} {}{}", route.method, if me { "me " } else { "" }, route.pattern),
        "tags": [route.pattern.split('/').next()],
        "parameters": parameters,
        "responses": answers,
    });
    if let Some((name, required)) = operation.body {
        described["requestBody"] =
            json!({"required": required, "content": {"application/json": {"schema": reference(name)}}});
    }
    described
}

fn responses() -> Value {
    let other = [
        (404, "There is no such object."),
        (409, "There is such an object already."),
        (410, "The token is too old: begin anew at Location."),
        (412, "If-Match names a version, and objects have none."),
        (413, "The body is larger than 1 MiB."),
        (415, "The body is compressed in another way than with gzip."),
    ];
    let all = ANYWHERE.iter().chain(&other).map(|(status, words)| {
        let content = json!({"application/json": {"schema": reference("error")}});
        (
            status.to_string(),
            json!({"description": words, "content": content}),
        )
    });
    Value::Object(all.collect())
}

fn document() -> Value {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for operation in operations() {
        let method = operation.route.method.as_str().to_lowercase();
        let whole = path(operation.route.pattern);
        if operation.route.me {
            let own = whole.replacen("/users/{user}", "/me", 1);
            paths
                .entry(own)
                .or_default()
                .insert(method.clone(), described(&operation, true));
        }
        let earlier = paths
            .entry(whole)
            .or_default()
            .insert(method, described(&operation, false));
        assert!(earlier.is_none(), "{} stands twice", operation.route.pattern);
    }
    let text = |description: &str, name: &str| json!({"name": name, "in": "header", "description": description, "schema": {"type": "string"}});
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Latchkey: the Graph door",
            "version": "1.0",
            "description": "What Latchkey answers of Microsoft Graph. Users are also named by userPrincipalName, applications and \
                service principals by (appId='…'); functions may be written with (). docs/graph.md says what differs from Entra ID.",
        },
        "servers": [{"url": "/v1.0"}, {"url": "/beta"}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "responses": responses(),
            "parameters": {
                "ConsistencyLevel": {"name": "ConsistencyLevel", "in": "header",
                    "description": "Advanced queries ask for it.", "schema": {"type": "string", "enum": ["eventual"]}},
                "client-request-id": text("Comes back on the answer.", "client-request-id"),
                "If-Match": text("Objects have no versions: only * fits.", "If-Match"),
            },
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    })
}

#[test]
fn the_description_is_current() {
    let text = format!("{:#}\n", document());
    if std::env::var_os("LATCHKEY_WRITE_DOCS").is_some() {
        std::fs::write(PATH, &text).unwrap();
    }
    let stored = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        stored == text,
        "docs/openapi/graph.json is not what the routes say: write it anew"
    );
}
