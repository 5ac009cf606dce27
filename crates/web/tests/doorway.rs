//! The doorway by URL: what stands around every door, tried on the samples.
#![expect(clippy::unwrap_used, reason = "tests")]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header, request::Builder};
use insta::assert_snapshot;
use tower::ServiceExt;
use web::testing::{check, samples, settings, steady};
use web::{Settings, Web, doorway};

struct Got {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: String,
    bytes: usize,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

fn app() -> Router {
    with(settings())
}

fn with(settings: Settings) -> Router {
    doorway(samples::router(), &Web::new(settings)).into_router()
}

async fn send(app: Router, request: Builder, body: &str) -> Got {
    let response = app
        .oneshot(request.body(Body::from(body.to_owned())).unwrap())
        .await
        .unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let bytes = body.len();
    let body = String::from_utf8_lossy(&body).into_owned();
    Got {
        status: parts.status,
        headers: parts.headers,
        body,
        bytes,
    }
}

async fn get(path: &str) -> Got {
    send(app(), Request::get(path), "").await
}

fn post(path: &str) -> Builder {
    Request::post(path)
        .header("host", "alcove.test")
        .header("origin", "http://alcove.test")
}

fn between<'a>(text: &'a str, from: &str, until: &str) -> &'a str {
    text.split_once(from)
        .and_then(|(_, rest)| rest.split_once(until))
        .map_or("", |(found, _)| found)
}

#[tokio::test]
async fn every_sample_is_whole() {
    for name in ["components", "desk", "public", "sign-in"] {
        let got = get(&format!("/look/{name}")).await;
        assert_eq!(check(&got.body), Vec::<String>::new(), "{name}");
        assert_snapshot!(format!("sample_{name}"), steady(&got.body));
    }
}

#[tokio::test]
async fn every_error_is_a_page_in_its_door() {
    for (path, status) in [
        ("/look/error/403", 403),
        ("/look/error/404", 404),
        ("/look/error/409", 409),
        ("/look/error/413", 413),
        ("/look/error/422", 422),
        ("/look/error/429", 429),
        ("/look/error/500", 500),
        ("/look/error/502", 503),
        ("/desk/error/503", 503),
    ] {
        let got = get(path).await;
        assert_eq!(got.status.as_u16(), status, "{path}");
        assert_eq!(check(&got.body), Vec::<String>::new(), "{path}");
        assert_eq!(
            got.body.contains("data-exit"),
            !path.starts_with("/desk"),
            "{path}"
        );
        let main = between(
            &got.body,
            "<div class=\"signin__in\">",
            "<div class=\"signin__art\"",
        );
        let name = format!("error{}", path.replace('/', "_"));
        assert_snapshot!(name, main);
    }
    assert_eq!(get("/look/error/429").await.header("retry-after"), "600");
}

/// A form with a text of one word, a text of many, choices and secrets, as a browser sends it.
const TYPED: &str = "csrf=AAAA&back=/look/sign-in&revision=3&kind=a+choice&born=1988-05-04\
    &name=Noor&typed=name&told=It+was+not%0D%0Athe+evening.+%3C3&typed=told&phone=&typed=phone\
    &password=my+own+secret&code=123456";

async fn sent(path: &str, body: &str) -> Got {
    let request = post(path).header("content-type", "application/x-www-form-urlencoded");
    send(app(), request, body).await
}

#[tokio::test]
async fn what_was_typed_comes_back_whatever_went_wrong() {
    for status in [401, 403, 404, 409, 422, 429, 500, 501, 502, 503] {
        for door in ["/look", "/my", "/desk"] {
            let path = format!("{door}/error/{status}");
            let got = sent(&path, TYPED).await;
            assert!(!got.status.is_success() && !got.status.is_redirection());
            assert_eq!(check(&got.body), Vec::<String>::new(), "{path}");
            for typed in [">Noor</textarea>", ">It was not\nthe evening. &#60;3<"] {
                assert!(got.body.contains(typed), "{path} loses {typed}");
            }
            assert_eq!(got.body.matches("<textarea").count(), 2, "{path}");
            for other in ["my own secret", "123456", "AAAA", "choice", "1988"] {
                assert!(!got.body.contains(other), "{path} tells {other}");
            }
        }
    }
    let main = |got: &Got| between(&got.body, "<h1>", "<div class=\"signin__art\"").to_owned();
    assert_snapshot!(
        "given_back_403",
        main(&sent("/look/error/403", TYPED).await)
    );
    assert_snapshot!("given_back_401", main(&sent("/my/error/401", TYPED).await));
}

#[tokio::test]
async fn who_is_signed_out_meanwhile_and_typed_nothing_signs_in_and_comes_back_to_the_form() {
    let got = sent("/my/error/401", "csrf=AAAA&back=/my/plan&kind=a+choice").await;
    assert_eq!(
        (got.status, got.header("location")),
        (StatusCode::SEE_OTHER, "/sign-in?next=/my/plan")
    );
    let got = sent("/my/error/401", "back=//evil.test").await;
    assert_eq!(got.header("location"), "/sign-in?next=/my");
}

#[tokio::test]
async fn what_another_site_sends_is_not_shown() {
    let request = Request::post("/look/error/409").header("sec-fetch-site", "cross-site");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let got = send(app(), request, TYPED).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN);
    assert!(!got.body.contains("Noor"));
}

#[tokio::test]
async fn not_there_and_not_yours_are_the_same_to_the_byte() {
    let missing = get("/my/nothing").await;
    let refused = get("/my/error/404").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.body, refused.body);
    assert_eq!(missing.headers, refused.headers);
    let malformed = get("/my/error/not-a-number").await;
    assert_eq!(
        (malformed.status, malformed.body),
        (missing.status, missing.body)
    );
}

#[tokio::test]
async fn who_is_not_signed_in_is_asked_to_and_comes_back() {
    let got = get("/my/error/401").await;
    assert_eq!(got.status, StatusCode::SEE_OTHER);
    assert_eq!(got.header("location"), "/sign-in?next=/my/error/401");
    let request = Request::get("/my/error/401").header("accept", "application/json");
    let data = send(app(), request, "").await;
    assert_eq!(
        (data.status, data.body.as_str()),
        (StatusCode::UNAUTHORIZED, "{\"status\":401}")
    );
}

#[tokio::test]
async fn a_panic_is_a_page_with_a_reference_and_tells_nothing() {
    let got = get("/look/error/501").await;
    assert_eq!(got.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!got.body.contains("words of a client"));
    assert_eq!(
        between(&got.body, "<strong class=\"num\">", "</strong>").len(),
        8
    );
}

#[tokio::test]
async fn headers_hold_on_every_answer() {
    for path in ["/look/desk", "/look/error/404", "/nowhere"] {
        let got = get(path).await;
        assert_eq!(got.header("cache-control"), "no-store", "{path}");
        assert_eq!(got.header("referrer-policy"), "no-referrer");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
        assert!(got.header("permissions-policy").contains("camera=()"));
        assert_eq!(got.header("cross-origin-opener-policy"), "same-origin");
        let policy = got.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
        assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
    }
    let secure = send(
        with(Settings {
            https: true,
            ..settings()
        }),
        Request::get("/look/desk"),
        "",
    )
    .await;
    assert!(
        secure
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let refused = [
        Request::post("/exit").header("sec-fetch-site", "cross-site"),
        Request::post("/exit").header("sec-fetch-site", "same-site"),
        Request::post("/exit")
            .header("host", "alcove.test")
            .header("origin", "https://evil.test"),
        Request::post("/exit")
            .header("host", "alcove.test")
            .header("origin", "null"),
    ];
    for request in refused {
        assert_eq!(send(app(), request, "").await.status, StatusCode::FORBIDDEN);
    }
    let ours = Request::post("/exit").header("sec-fetch-site", "same-origin");
    assert_eq!(send(app(), ours, "").await.status, StatusCode::OK);
    let behind = with(Settings {
        origin: Some("https://alcove.example".to_owned()),
        ..settings()
    });
    let named = Request::post("/exit")
        .header("host", "inner")
        .header("origin", "https://alcove.example");
    assert_eq!(send(behind, named, "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_needs_the_token_of_its_own_page() {
    let app = app();
    let page = send(app.clone(), Request::get("/look/sign-in"), "").await;
    let cookie = between(page.header("set-cookie"), "", ";").to_owned();
    assert!(
        page.header("set-cookie")
            .ends_with("; HttpOnly; SameSite=Strict; Path=/"),
        "{cookie}"
    );
    let token = between(&page.body, "name=\"csrf\" value=\"", "\"").to_owned();
    let body = format!("csrf={token}&told=mine&typed=told");
    let sent = |cookie: &str, body: String| {
        let request = post("/look/form").header("cookie", cookie);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let app = app.clone();
        async move { send(app, request, &body).await }
    };
    assert_eq!(
        sent(&cookie, body.clone()).await.status,
        StatusCode::SEE_OTHER
    );
    let again = send(
        app.clone(),
        Request::get("/look/sign-in").header("cookie", &cookie),
        "",
    )
    .await;
    let second = between(&again.body, "name=\"csrf\" value=\"", "\"");
    assert_ne!(second, token, "masked anew for each page");
    assert_eq!(
        sent(&cookie, format!("csrf={second}")).await.status,
        StatusCode::SEE_OTHER
    );
    for (cookie, body) in [
        ("", body.clone()),
        ("alcove-visit=other", body.clone()),
        ("alcove=a-sign-in", body),
        (&cookie, "told=mine&typed=told".to_owned()),
        (&cookie, "csrf=AAAA&told=mine&typed=told".to_owned()),
    ] {
        let got = sent(cookie, body).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN);
        assert!(got.body.contains(">mine</textarea>"), "the word comes back");
    }
}

#[tokio::test]
async fn no_body_breaks_a_form() {
    for body in [
        "",
        "%",
        "&&&",
        "=",
        "csrf",
        "csrf=%FF",
        "\u{0}",
        "{\"json\":1}",
        "a=1=2&a",
        "%zz=%",
    ] {
        let got = send(app(), post("/look/form"), body).await;
        assert!(got.status.is_client_error(), "{body}: {}", got.status);
    }
    let big = send(app(), post("/look/form"), &"a".repeat(web::MOST_BYTES + 1)).await;
    assert_eq!(big.status, StatusCode::PAYLOAD_TOO_LARGE);
    let anew = get("/exit").await;
    assert_eq!(
        (anew.status, anew.header("location")),
        (StatusCode::SEE_OTHER, "/"),
        "what only takes forms leads on"
    );
    let wrong = send(app(), Request::put("/look/desk"), "").await;
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD")
    );
}

#[tokio::test]
async fn leaving_without_script_goes_on_by_itself_and_takes_the_cookies() {
    let got = send(app(), post("/exit"), "").await;
    assert_eq!(got.headers.get_all(header::SET_COOKIE).iter().count(), 5);
    assert_snapshot!("exit", got.body);
}

#[tokio::test]
async fn initials_hold_for_this_screen() {
    let app = app();
    let page = send(app.clone(), Request::get("/look/desk"), "").await;
    assert!(page.body.contains("<span data-short=\"I.\">Imani</span>"));
    let cookie = between(page.header("set-cookie"), "", ";").to_owned();
    let token = between(&page.body, "name=\"csrf\" value=\"", "\"");
    let body = format!("csrf={token}&show=initials&back=/look/desk");
    let got = send(
        app.clone(),
        post("/desk/initials").header("cookie", &cookie),
        &body,
    )
    .await;
    assert_eq!(
        (got.status, got.header("location")),
        (StatusCode::SEE_OTHER, "/look/desk")
    );
    let short = between(got.header("set-cookie"), "", ";").to_owned();
    let hidden = send(
        app.clone(),
        Request::get("/look/desk").header("cookie", short),
        "",
    )
    .await;
    assert!(!hidden.body.contains("Imani</a>") && hidden.body.contains("<span>I.</span>"));
    let away = body.replace("/look/desk", "//evil.test");
    let got = send(app, post("/desk/initials").header("cookie", &cookie), &away).await;
    assert_eq!(got.header("location"), "/desk");
}

#[tokio::test]
async fn a_demonstration_says_so_on_every_page() {
    for name in ["components", "desk", "public", "sign-in"] {
        let mut invented = settings();
        invented.house.demo = true;
        let got = send(with(invented), Request::get(format!("/look/{name}")), "").await;
        assert!(got.body.contains("These people are invented."), "{name}");
        assert!(
            !get(&format!("/look/{name}")).await.body.contains("/demo"),
            "{name}"
        );
    }
}

#[tokio::test]
async fn cookies_are_bound_to_the_host_where_there_is_https() {
    let secure = with(Settings {
        https: true,
        ..settings()
    });
    let got = send(secure, Request::get("/look/sign-in"), "").await;
    let cookie = got.header("set-cookie");
    assert!(cookie.starts_with("__Host-alcove-visit="), "{cookie}");
    assert!(
        cookie.contains("; Secure") && cookie.ends_with("; Path=/"),
        "{cookie}"
    );
    assert_eq!(
        get("/look/public").await.header("set-cookie"),
        "",
        "a page without a form leaves none"
    );
}

#[tokio::test]
async fn assets_are_kept_for_a_year_and_a_stale_digest_is_asked_again() {
    let page = get("/look/components").await;
    let sheet = between(&page.body, "rel=\"stylesheet\" href=\"", "\"");
    let got = get(sheet).await;
    assert_eq!(got.header("content-type"), "text/css; charset=utf-8");
    assert_eq!(
        got.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let stale = get("/assets/0123456789ab/portal.css").await;
    assert_eq!(
        (stale.header("cache-control"), &stale.body),
        ("no-cache", &got.body)
    );
    for missing in [
        "/assets/x/css/tokens.css",
        "/assets/x/../Cargo.toml",
        "/assets/x/none.js",
    ] {
        assert_eq!(
            get(missing).await.status,
            StatusCode::NOT_FOUND,
            "{missing}"
        );
    }
}

/// Portal home stays under 60 KB over the wire on a first visit, and its fonts under 120 KB.
#[tokio::test]
async fn a_first_visit_is_small() {
    let page = send(
        app(),
        Request::get("/look/components").header("accept-encoding", "br"),
        "",
    )
    .await;
    assert_eq!(page.header("content-encoding"), "br");
    let html = get("/look/components").await.body;
    let (mut words, mut fonts) = (page.bytes, 0);
    let addresses = ["href=\"/assets/", "src=\"/assets/"]
        .into_iter()
        .flat_map(|mark| html.split(mark).skip(1));
    let names = addresses.filter_map(|rest| rest.split(['"', '#']).next());
    for name in names.collect::<std::collections::HashSet<_>>() {
        let path = format!("/assets/{name}");
        let got = send(
            app(),
            Request::get(&path).header("accept-encoding", "br"),
            "",
        )
        .await;
        assert_eq!(got.status, StatusCode::OK, "{path}");
        *(if path.ends_with("woff2") {
            &mut fonts
        } else {
            &mut words
        }) += got.bytes;
    }
    assert!(words < 40_000, "{words}");
    assert!((90_000..120_000).contains(&fonts), "{fonts}");
}
