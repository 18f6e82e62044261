"""Makes TCP traffic over a lossy loopback until the server's check of retransmits has a verdict; prints the check."""

import json
import sys
import time
import urllib.request

url, key = sys.argv[1:]
end = time.monotonic() + 25
check = {}
while time.monotonic() < end and check.get("status") != "fail":
    request = urllib.request.Request(url + "health/detail?level=detailed", headers={"X-API-Key": key})
    try:
        with urllib.request.urlopen(request, timeout=25) as answer:
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        body = json.load(error)
    check = body["checks"]["tcp:retransmits"][0]
print(json.dumps(check))
