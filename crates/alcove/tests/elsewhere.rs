//! A practice whose desk has an address of its own.

mod ground;

use std::net::TcpListener;

use ground::{Ground, Server, alcove};

#[test]
fn the_desk_can_have_an_address_of_its_own() {
    let ground = Ground::made();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let desk = free.local_addr().unwrap().to_string();
    drop(free);
    let words = ["serve", "--data", ground.data(), "--listen", "127.0.0.1:0"];
    let mut server = Server::start(alcove().args(words).env("ALCOVE_DESK_LISTEN", &desk));
    assert_eq!(server.get("/desk").status, 404);
    assert_eq!(server.get("/my").status, 303, "to the sign-in page");
    server.address = desk;
    assert_eq!(server.get("/desk").status, 303, "to the sign-in page");
    assert_eq!(server.get("/my").status, 404);
    assert_eq!(server.get("/sign-in").status, 200);
    assert!(server.get("/health").body.contains("\"ready\""));
    assert_eq!(server.stop(), 0);
}
