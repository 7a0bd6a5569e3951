//! Deleted accounts by the moment of their deletion (Graph contract 3.1 and 7.4).

use axum::http::Method;
use serde_json::json;

use crate::common::TestApp;

#[tokio::test]
async fn deleted_accounts_are_listed_by_when_they_were_deleted() {
    let app = TestApp::new().await;
    let mut deleted = Vec::new();
    for alias in ["ada", "bob", "cleo"] {
        let id = app.user(alias).await.id;
        app.later(60);
        app.delete(&format!("/users/{id}")).await.ok(204);
        deleted.push(id.to_string());
    }
    let authorization = format!("Bearer {}", app.admin);
    let headers = [
        ("authorization", authorization.as_str()),
        ("consistencylevel", "eventual"),
    ];
    let set = "/v1.0/directory/deletedItems/microsoft.graph.user";
    for order in ["deletedDateTime%20desc", "deletedDateTime"] {
        let mut path = format!("{set}?$count=true&$top=2&$orderby={order}");
        let mut found = Vec::new();
        for page in 0..2 {
            let list = app.raw(Method::GET, &path, &headers, Vec::new()).await.ok(200);
            assert_eq!(list.get("@odata.count"), (page == 0).then_some(&json!(3)));
            let ids = list["value"].as_array().unwrap().iter();
            found.extend(ids.map(|user| user["id"].as_str().unwrap().to_owned()));
            if let Some(next) = list["@odata.nextLink"].as_str() {
                path = next[next.find("/v1.0").unwrap()..].to_owned();
            }
        }
        if order.ends_with("desc") {
            found.reverse();
        }
        assert_eq!(found, deleted, "{order}");
    }
    app.get("/directory/deletedItems/graph.user?$orderby=deletedDateTime desc")
        .await
        .error(400, "Request_UnsupportedQuery");
    let one = format!("/directory/deletedItems/microsoft.graph.user/{}", deleted[0]);
    assert_eq!(
        app.get(&one).await.ok(200)["userPrincipalName"],
        "ada@example.com"
    );
    app.get("/directory/deletedItems/graph.user/x")
        .await
        .error(404, "Request_ResourceNotFound");
}
