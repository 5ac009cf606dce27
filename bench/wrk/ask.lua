-- One kind of request, again and again, round the paths given; then one line of figures that the benchmark reads.
-- wrk ... -- METHOD COOKIE BODY PATH...   (COOKIE and BODY may be "-")

local ready = {}
local turn = 0
local threads = 0

-- Each thread knows its number, so that what may be asked for once is asked for by one of them.
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  local method, cookie, body = args[1], args[2], args[3]
  local headers = { ["Accept"] = "text/html", ["Accept-Encoding"] = "identity" }
  if cookie ~= "-" then headers["Cookie"] = cookie end
  if method == "POST" then
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    headers["Origin"] = wrk.scheme .. "://" .. wrk.host .. ":" .. wrk.port
    headers["Sec-Fetch-Site"] = "same-origin"
  end
  if body == "-" then body = nil end
  for at = 4, #args do
    if method ~= "POST" or at % 2 == number % 2 then
      ready[#ready + 1] = wrk.format(method, args[at], headers, body)
    end
  end
end

function request()
  turn = turn % #ready + 1
  return ready[turn]
end

function done(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write
    + summary.errors.status + summary.errors.timeout
  io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), summary.bytes, failed))
end
