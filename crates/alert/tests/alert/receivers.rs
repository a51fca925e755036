//! Twelve receivers that misbehave, and one that does not: every change reaches them or becomes a dead letter.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::TcpListener,
    sync::Arc,
    time::Duration,
};

use alert::{Allowed, Client, Courier, Desk, Retry, Secret, Timeouts, Verdict, Webhook};
use contact::Duration as Span;

use crate::{
    server::{Manner, Request, Server, own_address},
    support::{Hands, Memory, at, desk, plain_rule, queue, receiver, seen},
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Seconds between attempts grow to twelve hours: what hangs is tried some twenty times in 72 hours.
const RETRY: Retry =
    Retry { first: Span::from_secs(5), longest: Span::from_secs(43_200), give_up: Span::from_secs(72 * 3600) };

struct Scene {
    desk: Desk<Memory>,
    ledger: Arc<Memory>,
    hands: Hands,
}

fn scene() -> Scene {
    let ledger = Memory::new();
    Scene { desk: desk(&ledger, vec![receiver("ops")]), ledger, hands: Hands::at(at(0)) }
}

impl Scene {
    fn courier(&self, url: &str, total_ms: u64) -> Courier<Memory> {
        let total = Duration::from_millis(total_ms);
        let allowed = Allowed::networks(["127.0.0.0/8"]).expect("a network");
        let client = Client::new(allowed, Timeouts { connect: total, total }, None).expect("a client");
        let webhook = Webhook::new(client, url, vec![Secret::parse(SECRET).expect("a secret")]).expect("a webhook");
        Courier::new(Arc::clone(&self.ledger), "ops", Box::new(webhook), RETRY, self.hands.clock())
    }

    /// So many queues fire, and are resolved a quarter of an hour later: two changes each. Returns the ids of all.
    fn incidents(&self, queues: usize) -> BTreeSet<String> {
        let rule = plain_rule();
        let mut ids = BTreeSet::new();
        for (second, level) in [(0, 1), (60, 0), (900, 0)] {
            let pass = (0..queues).map(|n| seen(&rule, queue(&format!("q{n}")), at(second), Verdict::level(level)));
            let notices = self.desk.observe(pass.collect(), self.hands.now()).expect("observed");
            ids.extend(notices.into_iter().map(|notice| notice.id));
        }
        assert_eq!(ids.len(), 2 * queues);
        ids
    }

    /// Passes, each when the courier asks for it, until nothing is owed.
    fn run(&self, courier: &mut Courier<Memory>) {
        let is_empty = (0..5000).any(|_| {
            let next = courier.pass().expect("a store");
            next.inspect(|next| self.hands.set(*next)).is_none()
        });
        assert!(is_empty, "the outbox does not become empty");
    }

    fn dead(&self) -> Vec<(String, BTreeSet<String>)> {
        let letters = self.desk.dead_letters(1000).expect("a store");
        let ids = |letter: alert::DeadLetter| letter.message.notices.into_iter().map(|notice| notice.id).collect();
        letters.into_iter().map(|letter| (letter.message.id.clone(), ids(letter))).collect()
    }
}

/// The changes that requests tell, in order.
fn told(requests: &[Request]) -> Vec<String> {
    let ids = |request: &Request| {
        let body: serde_json::Value = serde_json::from_str(&request.body).expect("JSON");
        let notices = body["data"]["notices"].as_array().expect("a list").clone();
        notices.into_iter().map(|notice| notice["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    requests.iter().flat_map(ids).collect()
}

/// Every change is told or a dead letter, one id is one message, and of each alert the first change is told first.
#[track_caller]
fn accounted(owed: &BTreeSet<String>, server: &Server, dead: &[(String, BTreeSet<String>)]) {
    let taken = told(&server.taken());
    let mut reached: BTreeSet<String> = taken.iter().cloned().collect();
    reached.extend(dead.iter().flat_map(|(_, ids)| ids.clone()));
    assert_eq!(&reached, owed, "told or dead");
    let mut bodies: BTreeMap<&str, BTreeSet<Vec<String>>> = BTreeMap::new();
    let requests = server.requests();
    for request in &requests {
        let id = request.headers["webhook-id"].as_str();
        bodies.entry(id).or_default().insert(told(std::slice::from_ref(request)));
    }
    assert!(bodies.values().all(|told| told.len() == 1), "one id, one message: {bodies:?}");
    let messages: BTreeSet<_> = bodies.values().flatten().collect();
    assert_eq!(messages.len(), bodies.len(), "one message, one id: {bodies:?}");
    for end in owed.iter().filter(|id| id.ends_with("-2")) {
        let place = |id: &str| taken.iter().position(|told| told == id);
        let begin = end.replace("-2", "-1");
        if let (Some(begin), Some(end)) = (place(&begin), place(end)) {
            assert!(begin < end, "told in order");
        }
    }
}

/// Misbehaves for a while, then takes everything.
fn for_a_while(manner: Manner) -> (Scene, Server) {
    let (scene, server) = (scene(), Server::start(manner, 6));
    let owed = scene.incidents(4);
    scene.run(&mut scene.courier(&server.url(), 150));
    accounted(&owed, &server, &scene.dead());
    (scene, server)
}

/// Misbehaves for ever.
fn for_ever(manner: Manner) -> (Scene, Server) {
    let (scene, server) = (scene(), Server::start(manner, usize::MAX));
    let owed = scene.incidents(1);
    scene.run(&mut scene.courier(&server.url(), 100));
    accounted(&owed, &server, &scene.dead());
    (scene, server)
}

/// Everything is told in the end, and nothing is dead, after 72 hours of trying at the earliest.
fn comes_back(manner: Manner) {
    let (scene, server) = for_a_while(manner);
    assert!(scene.dead().is_empty(), "{manner:?}");
    assert!(server.connections() > 8, "{manner:?}: it was tried again");
    let (scene, server) = for_ever(manner);
    assert_eq!(scene.dead().len(), 2, "{manner:?}");
    assert!(server.connections() >= 15, "{manner:?}: {}", server.connections());
    assert!(scene.hands.now() >= at(72 * 3600), "{manner:?}");
}

/// What was answered 200 is taken, whatever comes after the header, and is not told again.
fn takes_it(manner: Manner) {
    for (scene, server) in [for_a_while(manner), for_ever(manner)] {
        assert!(scene.dead().is_empty(), "{manner:?}");
        let taken = told(&server.taken());
        assert_eq!(taken.len(), taken.iter().collect::<BTreeSet<_>>().len(), "{manner:?}: once");
    }
}

#[test]
fn hangs_before_headers() {
    comes_back(Manner::HangsBeforeHeaders);
}

#[test]
fn hangs_in_the_body() {
    takes_it(Manner::HangsInBody);
}

#[test]
fn answers_500() {
    comes_back(Manner::Fails);
}

#[test]
fn asks_for_time() {
    comes_back(Manner::Limits);
    let (scene, server) = (scene(), Server::start(Manner::Limits, 1));
    scene.incidents(2);
    let mut courier = scene.courier(&server.url(), 10_000);
    let next = courier.pass().expect("a store").expect("owed");
    assert_eq!((next, server.connections()), (at(60), 1), "other lines wait a minute at most");
    scene.hands.set(next);
    let next = courier.pass().expect("a store").expect("owed");
    assert_eq!((next, server.connections()), (at(120), 3), "this one waits as long as was asked");
}

#[test]
fn redirects_inside() {
    let inside = TcpListener::bind("127.0.0.1:0").expect("a free port");
    inside.set_nonblocking(true).expect("a socket");
    comes_back(Manner::Redirects(inside.local_addr().expect("bound")));
    assert!(inside.accept().is_err(), "nobody went where the redirect points");
}

#[test]
fn closes_after_accept() {
    comes_back(Manner::ClosesAfterAccept);
}

#[test]
fn answers_garbage() {
    comes_back(Manner::Garbage);
}

#[test]
fn drips_slowly() {
    comes_back(Manner::DripsSlowly);
}

#[test]
fn sends_an_endless_body() {
    takes_it(Manner::EndlessBody);
}

#[test]
fn sends_an_endless_header() {
    comes_back(Manner::EndlessHeader);
}

/// Whether 200 is read before the reset is chance: told once more or not, under one id.
#[test]
fn answers_200_then_resets() {
    let (scene, server) = (scene(), Server::start(Manner::TakesThenResets, 6));
    let owed = scene.incidents(4);
    scene.run(&mut scene.courier(&server.url(), 150));
    assert!(scene.dead().is_empty());
    // It did not read what it took: what it has not taken was told to it then.
    let told: BTreeSet<String> = told(&server.taken()).into_iter().collect();
    assert!(told.is_subset(&owed) && owed.len() - told.len() <= 6, "{} of {}", told.len(), owed.len());
}

#[test]
fn refuses_connections() {
    let scene = scene();
    let owed = scene.incidents(4);
    let address = own_address(1);
    let mut courier = scene.courier(&format!("http://{address}/hook"), 10_000);
    for _ in 0..20 {
        let next = courier.pass().expect("a store").expect("owed");
        scene.hands.set(next);
    }
    let server = Server::start_at(address, Manner::Takes, 0);
    scene.run(&mut courier);
    accounted(&owed, &server, &[]);

    let scene = self::scene();
    let owed = scene.incidents(2);
    scene.run(&mut scene.courier(&format!("http://{}/hook", own_address(2)), 10_000));
    let dead: BTreeSet<String> = scene.dead().into_iter().flat_map(|(_, ids)| ids).collect();
    assert_eq!(dead, owed);
}

/// The receiver says that it never wants it again: no more attempts, but nothing is lost.
#[test]
fn is_gone() {
    let (scene, server) = for_ever(Manner::Gone);
    assert_eq!((scene.dead().len(), server.connections()), (2, 2));
    let letters = scene.desk.dead_letters(10).expect("a store");
    assert_eq!(letters[0].error.as_deref(), Some("answered 410"));
    assert_eq!(scene.hands.now(), at(0));
}

#[test]
fn without_faults_everything_is_told_once() {
    let (scene, server) = (scene(), Server::start(Manner::Takes, 0));
    let owed = scene.incidents(40);
    scene.run(&mut scene.courier(&server.url(), 10_000));
    accounted(&owed, &server, &[]);
    let taken = told(&server.taken());
    assert_eq!((taken.len(), server.connections()), (80, 80));
    assert_eq!(scene.hands.now(), at(0), "at once");
}

/// Else what was given up while a receiver was broken would never reach it.
#[test]
fn a_dead_letter_is_told_again_under_its_id_or_discarded() {
    let (scene, server) = (scene(), Server::start(Manner::Gone, 2));
    scene.incidents(1);
    let mut courier = scene.courier(&server.url(), 10_000);
    scene.run(&mut courier);
    let dead = scene.dead();
    scene.desk.requeue(&dead[0].0, scene.hands.now()).expect("a dead letter");
    scene.desk.discard(&dead[1].0, scene.hands.now()).expect("a dead letter");
    scene.run(&mut courier);
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0].headers["webhook-id"], dead[0].0);
    assert!(scene.dead().is_empty());
    for id in [&dead[0].0, &dead[1].0] {
        assert!(scene.desk.requeue(id, scene.hands.now()).is_err(), "neither is dead any more");
    }
}

/// Cut off between sending and settling: the claim lapses and the message is sent again, under its id.
#[test]
fn a_courier_that_is_cut_off_loses_nothing() {
    struct Dies;
    impl alert::Carrier for Dies {
        fn carry(&self, _: &alert::Claimed, _: contact::Instant) -> alert::Attempt {
            std::panic::resume_unwind(Box::new("cut off"))
        }
    }
    let (scene, server) = (scene(), Server::start(Manner::Takes, 0));
    let owed = scene.incidents(1);
    let dies = || {
        let mut courier = Courier::new(Arc::clone(&scene.ledger), "ops", Box::new(Dies), RETRY, scene.hands.clock());
        courier.pass()
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(dies)).is_err());
    let mut courier = scene.courier(&server.url(), 10_000);
    let next = courier.pass().expect("a store").expect("owed");
    assert_eq!(server.connections(), 0, "it may still be under way");
    assert!(next <= at(60), "within a minute: {next}");
    scene.hands.set(next);
    scene.run(&mut courier);
    accounted(&owed, &server, &[]);
}

/// On threads, woken by the bell: a receiver that hangs holds up no other.
#[test]
fn couriers_work_side_by_side() {
    let ledger = Memory::new();
    let desk = desk(&ledger, vec![receiver("hangs"), receiver("takes")]);
    let (stuck, takes) = (Server::start(Manner::HangsBeforeHeaders, usize::MAX), Server::start(Manner::Takes, 0));
    let hands = Hands::at(at(0));
    let courier = |name: &str, url: &str| {
        let timeouts = Timeouts { connect: Duration::from_secs(2), total: Duration::from_secs(2) };
        let allowed = Allowed::networks(["127.0.0.0/8"]).expect("a network");
        let client = Client::new(allowed, timeouts, None).expect("a client");
        let webhook = Webhook::new(client, url, vec![Secret::parse(SECRET).expect("a secret")]).expect("a webhook");
        Courier::new(Arc::clone(&ledger), name, Box::new(webhook), RETRY, hands.clock())
    };
    let all = vec![courier("hangs", &stuck.url()), courier("takes", &takes.url())];
    let bell = desk.bell();
    let at_work = alert::Couriers::start(all, &bell).expect("threads");
    let rule = plain_rule();
    for n in 0..10 {
        desk.observe(vec![seen(&rule, queue(&format!("q{n}")), at(0), Verdict::level(1))], at(0)).expect("observed");
    }
    let rung = bell.rung();
    for _ in 0..200 {
        if takes.taken().len() == 10 {
            break;
        }
        bell.wait(rung, Duration::from_millis(50));
    }
    assert_eq!(takes.taken().len(), 10);
    assert!(stuck.taken().is_empty());
    drop(at_work);
    let waiting = desk.delivery(at(3600)).expect("a store");
    assert_eq!(waiting[0].subject.get("receiver"), Some("hangs"));
    assert_eq!((waiting[0].verdict, waiting[1].verdict), (Verdict::level(1), Verdict::CLEAR));
}
