//! Idempotency keys: a batch counts once under its key, and its answer is given again.

use axum::http::StatusCode;

use crate::support::{LINES, ONE, Server, event, offered};

#[tokio::test]
async fn the_same_key_and_body_get_the_same_answer_and_count_once() {
    let server = Server::start().await;
    let headers = [("content-type", LINES), ("idempotency-key", "k-1")];
    let body = [offered("e1"), "nonsense".to_owned()].join("\n");
    let first = server.send_with(&headers, body.clone()).await;
    let second = server.send_with(&headers, body).await;
    assert_eq!(first.status, StatusCode::MULTI_STATUS);
    assert_eq!((second.status, &second.body), (first.status, &first.body));
    for header in ["vigie-receipt", "vigie-accepted", "vigie-duplicate", "vigie-rejected", "content-type"] {
        assert_eq!(second.header(header), first.header(header), "{header}");
    }
    let books = server.store.journal().read(journal::Reader::books).expect("books");
    assert_eq!((books.events.received, books.events.rejected), (2, 1));
}

#[tokio::test]
async fn a_refused_batch_is_refused_again_in_the_same_words() {
    let server = Server::start().await;
    let headers = [("content-type", ONE), ("idempotency-key", "k-1")];
    let body = event("e", "offered", 1, "2026-10-01T08:01:00Z", "atlantis");
    let first = server.send_with(&headers, body.clone()).await;
    let second = server.send_with(&headers, body).await;
    assert_eq!((first.status, first.code()), (StatusCode::UNPROCESSABLE_ENTITY, "nothing_acceptable".to_owned()));
    assert_eq!((second.status, second.body), (first.status, first.body));
}

#[tokio::test]
async fn a_key_used_with_another_body_is_refused_and_that_body_does_not_count() {
    let server = Server::start().await;
    let headers = [("content-type", ONE), ("idempotency-key", "k-1")];
    server.send_with(&headers, offered("e1")).await;
    let other = server.send_with(&headers, offered("e2")).await;
    assert_eq!((other.status.as_u16(), other.code().as_str()), (422, "key_reused"));
    let books = server.store.journal().read(journal::Reader::books).expect("books");
    assert_eq!(books.events.received, 1);
}

#[tokio::test]
async fn concurrent_requests_with_one_key_count_once() {
    let server = Server::start().await;
    let headers = [("content-type", ONE), ("idempotency-key", "k-1")];
    let (one, other) =
        tokio::join!(server.send_with(&headers, offered("e1")), server.send_with(&headers, offered("e1")));
    for answer in [&one, &other] {
        assert!(matches!(answer.status.as_u16(), 200 | 409), "{}", answer.body);
    }
    assert!(one.status.as_u16() == 200 || other.status.as_u16() == 200);
    let books = server.store.journal().read(journal::Reader::books).expect("books");
    assert_eq!((books.events.received, books.events.accepted), (1, 1));
}

#[tokio::test]
async fn an_unusable_key_is_refused() {
    let server = Server::start().await;
    for key in ["", "two words", &"k".repeat(256)] {
        let answer = server.send_with(&[("content-type", ONE), ("idempotency-key", key)], offered("e1")).await;
        assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (400, Some("Idempotency-Key")), "{key}");
    }
}
