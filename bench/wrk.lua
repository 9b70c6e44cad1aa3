-- Sends the requests of a workload file in its order, over and over. Its first line holds the
-- order as numbers of the lines below, which hold the targets. @N@ in a target becomes a number
-- that no request had before. Prints what came of it as JSON.

local targets, order = {}, {}
local at, serial

function init(arguments)
  local lines = io.lines(arguments[1])
  for number in lines():gmatch("%d+") do
    order[#order + 1] = tonumber(number)
  end
  for line in lines do
    targets[#targets + 1] = line
  end
  serial = tonumber(arguments[2])
  at = serial % #order
end

function request()
  at = at % #order + 1
  serial = serial + 1
  local target = targets[order[at]]:gsub("@N@", tostring(serial))
  return wrk.format("GET", target)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "errors": %d, "seconds": %f, "p50": %f, "p95": %f, "p99": %f}\n',
    summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3
  ))
end
