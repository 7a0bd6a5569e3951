//! Further mail addresses of people, address lists, and properties that are not kept (Graph contract 7.3 and 10.3).

use axum::http::Method;
use serde_json::{Value, json};

use crate::common::{PASSWORD, TestApp};

#[tokio::test]
async fn other_mails_and_address_lists_are_kept() {
    let app = TestApp::new().await;
    // As Terraform's azuread provider makes somebody.
    let body = json!({"accountEnabled": true, "displayName": "Ada", "mailNickname": "ada",
        "userPrincipalName": "ada@example.com", "otherMails": [], "businessPhones": [], "onPremisesImmutableId": null,
        "employeeOrgData": {"costCenter": null, "division": null}, "showInAddressList": null,
        "passwordProfile": {"password": PASSWORD}});
    let made = app.post("/users", body).await.ok(201);
    let path = format!("/users/{}", made["id"].as_str().unwrap());
    let read = format!("{path}?$select=otherMails,showInAddressList,employeeOrgData");
    let kept = async || {
        let read = app.get(&read).await.ok(200);
        (read["otherMails"].clone(), read["showInAddressList"].clone())
    };
    assert_eq!(kept().await, (json!([]), Value::Null));

    let mails = json!(["Ada@example.org", "lovelace@example.net"]);
    let body =
        json!({"otherMails": mails, "showInAddressList": false, "employeeOrgData": {"division": null}});
    app.patch(&path, body).await.ok(204);
    assert_eq!(kept().await, (mails.clone(), json!(false)));
    for (filter, found) in [
        ("otherMails/any(m:m eq 'ada@EXAMPLE.org')", 1),
        ("otherMails/any(m:startswith(m,'lovelace@'))", 1),
        ("otherMails/any(m:startswith(m,'a') or startswith(m,'l'))", 1),
        ("otherMails/any(m:m eq 'ada@example.com')", 0),
    ] {
        let list = app.get(&format!("/users?$filter={filter}")).await.ok(200);
        assert_eq!(list["value"].as_array().unwrap().len(), found, "{filter}");
    }
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("consistencylevel", "eventual"),
    ];
    for (filter, found) in [
        ("showInAddressList%20eq%20false", 1),
        ("showInAddressList%20eq%20true", 0),
        ("otherMails/any(m:endswith(m,'.net'))", 1),
    ] {
        let path = format!("/v1.0/users?$count=true&$filter={filter}");
        let list = app.raw(Method::GET, &path, &headers, Vec::new()).await.ok(200);
        assert_eq!(list["@odata.count"], found, "{filter}");
    }
    // Of several addresses one is always another.
    for filter in [
        "otherMails/any(m:m%20ne%20'ada@example.org')",
        "not(otherMails/any(m:m%20ne%20'ada@example.org'))",
        "otherMails/any(m:m%20eq%20'a'%20or%20m%20ne%20'b')",
        "businessPhones/any(p:p%20ne%20'1')",
        "proxyAddresses/any(p:p%20ne%20'1')",
    ] {
        let path = format!("/v1.0/users?$count=true&$filter={filter}");
        let answer = app.raw(Method::GET, &path, &headers, Vec::new()).await;
        let message = answer.error(400, "Request_UnsupportedQuery");
        let list = filter.trim_start_matches("not(").split('/').next().unwrap();
        assert!(message.contains(list), "{filter}: {message}");
    }
    app.patch(&path, json!({"otherMails": null, "showInAddressList": true}))
        .await
        .ok(204);
    assert_eq!(kept().await, (json!([]), json!(true)));
    for (body, target) in [
        (json!({"otherMails": ["ada"]}), "otherMails"),
        (json!({"otherMails": ["a@b.c\nd@e.f"]}), "otherMails"),
        (json!({"faxNumber": "1"}), "not kept here"),
        (json!({"employeeOrgData": {"division": "North"}}), "not kept here"),
        (json!({"onPremisesImmutableId": "x"}), "not kept here"),
    ] {
        let message = app.patch(&path, body).await.error(400, "Request_BadRequest");
        assert!(message.contains(target), "{message}");
    }
}
