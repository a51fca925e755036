//! Receivers on the loopback that behave as receivers do.

use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

/// How a receiver behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Takes,
    HangsBeforeHeaders,
    HangsInBody,
    Fails,
    Limits,
    Redirects(SocketAddr),
    ClosesAfterAccept,
    Garbage,
    DripsSlowly,
    EndlessBody,
    EndlessHeader,
    TakesThenResets,
    Gone,
}

/// A request as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// Whether it was answered that it is taken.
    pub taken: bool,
}

/// A receiver that misbehaves on its first connections and takes everything afterwards.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<AtomicUsize>,
    stops: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Behaves in this manner on the first `times` connections.
    pub fn start(manner: Manner, times: usize) -> Self {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), manner, times)
    }

    pub fn start_at(address: SocketAddr, manner: Manner, times: usize) -> Self {
        let listener = TcpListener::bind(address).expect("a free port");
        let mut server = Self {
            address: listener.local_addr().expect("bound"),
            requests: Arc::default(),
            connections: Arc::default(),
            stops: Arc::default(),
            thread: None,
        };
        let (requests, connections, stops) =
            (Arc::clone(&server.requests), Arc::clone(&server.connections), Arc::clone(&server.stops));
        server.thread = Some(std::thread::spawn(move || {
            let mut answering = Vec::new();
            for stream in listener.incoming() {
                if stops.load(Ordering::SeqCst) {
                    break;
                }
                let nth = connections.fetch_add(1, Ordering::SeqCst);
                let (manner, requests) = (if nth < times { manner } else { Manner::Takes }, Arc::clone(&requests));
                let stream = stream.expect("accepted");
                // What the client ends is no fault of the receiver.
                answering.push(std::thread::spawn(move || drop(serve(stream, manner, &requests))));
            }
            for thread in answering {
                thread.join().expect("no receiver panics");
            }
        }));
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no receiver panics").clone()
    }

    pub fn taken(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.taken).collect()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stops.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no receiver panics");
        }
    }
}

/// An address of the loopback that no other test uses, so that nobody else can take its port.
pub fn own_address(last: u8) -> SocketAddr {
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 77, 0, last)), 18_080)
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

fn serve(mut stream: TcpStream, manner: Manner, requests: &Mutex<Vec<Request>>) -> io::Result<()> {
    let keep = |request: Option<Request>, taken| {
        let request = request.map(|request| Request { taken, ..request });
        requests.lock().expect("no receiver panics").extend(request);
    };
    match manner {
        Manner::ClosesAfterAccept => return Ok(()),
        Manner::TakesThenResets => {
            // What is left unread when a socket closes makes the kernel reset the connection.
            let mut some = [0; 64];
            stream.read_exact(&mut some)?;
            return stream.write_all(OK);
        }
        _ => {}
    }
    let request = read(&stream)?;
    match manner {
        Manner::Takes | Manner::HangsInBody | Manner::EndlessBody => keep(request, true),
        _ => keep(request, false),
    }
    match manner {
        Manner::Takes => stream.write_all(OK),
        Manner::HangsBeforeHeaders => hang(&mut stream),
        Manner::HangsInBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")?;
            hang(&mut stream)
        }
        Manner::Fails => stream.write_all(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n"),
        Manner::Limits => {
            stream.write_all(b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 120\r\ncontent-length: 0\r\n\r\n")
        }
        Manner::Redirects(to) => {
            let answer = format!("HTTP/1.1 301 Moved\r\nlocation: http://{to}/\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes())
        }
        Manner::Garbage => stream.write_all(b"\x00\x01 220 mail.example.org ESMTP\r\n\r\n"),
        Manner::DripsSlowly => drip(&mut stream),
        Manner::EndlessBody => {
            flood(&mut stream, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", b"4\r\nmore\r\n")
        }
        Manner::EndlessHeader => flood(&mut stream, b"HTTP/1.1 200 OK\r\n", b"x-more: and more\r\n"),
        Manner::Gone => stream.write_all(b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n"),
        Manner::ClosesAfterAccept | Manner::TakesThenResets => Ok(()),
    }
}

/// A request, or nothing if the client went away.
pub fn read(stream: impl Read) -> io::Result<Option<Request>> {
    let mut lines = BufReader::new(stream);
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    lines.read_exact(&mut body)?;
    Ok(Some(Request { headers, body: String::from_utf8(body).expect("JSON"), taken: false }))
}

/// Says nothing until the client goes away.
fn hang(stream: &mut TcpStream) -> io::Result<()> {
    io::copy(stream, &mut io::sink()).map(drop)
}

/// A byte now and then; waits by listening to a client that has nothing more to say.
fn drip(stream: &mut TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_millis(20)))?;
    for byte in b"HTTP/1.1 200 OK\r\nx-padding: ".iter().chain([b'x'; 4000].iter()) {
        stream.write_all(&[*byte])?;
        if stream.read(&mut [0]).is_ok_and(|read| read == 0) {
            break;
        }
    }
    Ok(())
}

fn flood(stream: &mut TcpStream, begin: &[u8], more: &[u8]) -> io::Result<()> {
    stream.write_all(begin)?;
    let more = more.repeat(1000);
    loop {
        stream.write_all(&more)?;
    }
}
