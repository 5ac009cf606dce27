//! Serves the samples to look at: `cargo run -p web --example look`, then
//! `http://127.0.0.1:8400/look/components`, `/look/desk`, `/look/public`, `/look/sign-in`, `/look/error/409`.

use std::net::SocketAddr;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut settings = web::testing::settings();
    settings.house.demo = std::env::args().any(|argument| argument == "--demo");
    let app = web::doorway(web::testing::samples::router(), &web::Web::new(settings)).into_router();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8400").await?;
    axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .await
}
