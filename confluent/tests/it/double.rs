//! A schema registry with Confluent's interface: the fake registry of franz-go, built by
//! `tests/oracles/go/setup`. The tests of the command line use it too.

#![allow(clippy::unwrap_used, reason = "a test fails if the fake schema registry fails")]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// A registry that serves until it is dropped.
pub(crate) struct Registry {
    process: Child,
    /// `127.0.0.1:40123`
    pub(crate) address: String,
    authorization: String,
}

impl Registry {
    pub(crate) fn start(authorization: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/oracles/go/setup");
        let output = Command::new(script).stderr(Stdio::inherit()).output().unwrap();
        assert!(output.status.success(), "the fake schema registry cannot be built: see above");
        let mut command = Command::new(String::from_utf8(output.stdout).unwrap().trim_end());
        if !authorization.is_empty() {
            command.arg(authorization);
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let address = url.trim_end().strip_prefix("http://").unwrap().to_owned();
        Self { process, address, authorization: authorization.to_owned() }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn register(&self, subject: &str, body: &Value) {
        let body = body.to_string();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "POST /subjects/{subject}/versions HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n\
             Authorization: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.authorization,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // It exits when its input ends. Kill it if it does not.
        drop(self.process.stdin.take());
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
