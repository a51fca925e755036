//! A lake that was left by an earlier version of the program: what it kept of the fold is made again by itself.

use std::{path::Path, sync::Arc};

use arrow::{array::RecordBatch, datatypes::Schema};
use columns::{LEGS_SORT, legs_schema};
use contact::{Instant, Network};
use engine::View;
use lake::{Table, TableSpec, read_file};
use scorecard::{Feeds, answer};
use store::Glance;

use crate::{
    equality::{engine, runtime, told},
    lag::{Between, Lake},
    written::{NETWORK, contact, question},
};

/// Columns that legs did not always have.
const YOUNG: [&str; 16] = [
    "transferred_at",
    "flowed_to",
    "last_offered_at",
    "given_up_at",
    "callback_at",
    "slot_at",
    "called_at",
    "dials",
    "changes",
    "decided_at",
    "published_at",
    "paused_from",
    "paused_to",
    "turn_from",
    "turn_to",
    "turns_settled",
];

fn clock() -> i64 {
    1_790_000_000_000
}

/// The table of legs, with these columns.
fn legs(schema: Schema) -> TableSpec {
    TableSpec {
        name: "legs",
        schema: Arc::new(schema),
        sort: LEGS_SORT,
        bloom: &["contact_id"],
        stats: &["site", "queue", "offered_at"],
        derived: true,
    }
}

/// The legs of a lake as a program without the young columns would have left them.
async fn age(home: &Path) {
    let today = legs_schema();
    let old: Vec<usize> =
        (0..today.fields().len()).filter(|column| !YOUNG.contains(&today.field(*column).name().as_str())).collect();
    assert_eq!(old.len() + YOUNG.len(), today.fields().len());
    let files =
        Table::open(home, legs((*today).clone()), clock).await.expect("a table").snapshot().expect("files").files;
    let mut days = Vec::new();
    for file in files {
        let rows = read_file(&file, None).await.expect("rows");
        let rows: Vec<RecordBatch> = rows.iter().map(|batch| batch.project(&old).expect("columns")).collect();
        days.push((file, rows));
    }
    std::fs::remove_dir_all(home.join("legs")).expect("removed");
    let mut table =
        Table::open_or_create(home, legs(today.project(&old).expect("columns")), clock).await.expect("a table");
    for (file, rows) in days {
        let mut tags = file.tags.clone();
        tags.fingerprint = Some("legs@1:0123456789abcdef".to_owned());
        let new = table.write_day(file.day, &rows, tags).await.expect("a file");
        table.append(vec![new], None).await.expect("a version");
    }
}

async fn said(view: &View) -> String {
    let network = Network::parse(NETWORK).expect("a network");
    let answer =
        answer(view, &network, &Feeds::new(), &question("2024-04-01T00:00:00+02:00")).await.expect("an answer");
    format!("{:#?}", told(&answer))
}

async fn damage(lake: &Lake) -> Vec<String> {
    let verified = store::verify(lake.path(), engine(), Instant::FOREVER).await.expect("verified");
    [verified.damage, verified.notes].concat()
}

/// After an update nobody could ask anything, or the figures of written channels would be those of nobody.
#[test]
fn legs_without_the_columns_of_today_are_folded_anew_by_themselves() {
    let mails = [
        contact("A", "mail", &["offered 2024-03-15T09:00:00+01:00", "answered 2024-03-15T10:00:00+01:00"]),
        contact(
            "B",
            "social",
            &[
                "offered 2024-03-16T09:00:00+01:00",
                "waiting 2024-03-16T09:10:00+01:00",
                "resumed 2024-03-16T09:20:00+01:00",
                "answered 2024-03-16T09:40:00+01:00",
                "customer_wrote 2024-03-16T10:00:00+01:00",
                "replied 2024-03-16T10:30:00+01:00",
            ],
        ),
    ]
    .concat();
    runtime().block_on(async {
        let mut lake = Lake::new(NETWORK).await;
        lake.deliver(&mails).await;
        lake.between(Between::Fold).await;
        let right = said(&lake.store().view().expect("a view")).await;
        lake.stop();
        age(lake.path()).await;

        let glance = Glance::open(lake.path(), engine(), Instant::FOREVER).await.expect("a look by another process");
        assert_eq!(said(&glance.view).await, right);
        drop(glance);
        assert_eq!(damage(&lake).await, Vec::<String>::new());

        lake.restart().await;
        let view = lake.store().view().expect("a view");
        assert_eq!(view.pinned().legs.files.len(), 0);
        assert_eq!(said(&view).await, right, "before the first fold");
        assert_eq!(lake.store().fold().await.expect("folded"), 2);
        let view = lake.store().view().expect("a view");
        assert_eq!(view.pinned().legs.files.len(), 2);
        assert_eq!(said(&view).await, right);
        drop(view);
        assert_eq!(damage(&lake).await, Vec::<String>::new());
    });
}
