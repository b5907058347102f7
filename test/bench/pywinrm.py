# pywinrm as a client of the measure winrm: the task on standard input, the answer on standard output, both JSON. The
# Protocol is kept for all calls, which is the best pywinrm offers: it logs on once. Standard input goes the way Ansible
# sends it (plugins/connection/winrm.py), in pieces that WinRM 2.0 accepts.
import base64, json, sys, time
import winrm, xmltodict

PIECE = 96 << 10
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/"

def send(p, shell, command, piece, last):
    rq = {"env:Envelope": p._get_soap_header(resource_uri=SHELL + "cmd", action=SHELL + "Send", shell_id=shell)}
    stream = rq["env:Envelope"].setdefault("env:Body", {}).setdefault("rsp:Send", {}).setdefault("rsp:Stream", {})
    stream["@Name"], stream["@CommandId"], stream["#text"] = "stdin", command, base64.b64encode(piece)
    if last:
        stream["@End"] = "true"
    p.send_message(xmltodict.unparse(rq))

def call(p, line, size):
    shell = p.open_shell()
    try:
        command = p.run_command(shell, line, console_mode_stdin=size == 0)
        try:
            for at in range(0, size, PIECE):
                n = min(PIECE, size - at)
                send(p, shell, command, bytes(n), at + n == size)
            out, _, _ = p.get_command_output(shell, command)
            return out.decode()
        finally:
            p.cleanup_command(shell, command)
    finally:
        p.close_shell(shell)

t = json.load(sys.stdin)
a = {"seconds": 0, "output": "", "error": ""}
p = winrm.Protocol(endpoint="http://%s:%d/wsman" % (t["host"], t["port"]), transport="ntlm", username=t["user"], password=t["password"])
began = time.monotonic()
try:
    for _ in range(t["calls"]):
        a["output"] = call(p, t["command"], t["input"])
except Exception as e:
    a["error"] = "%s: %s" % (type(e).__name__, e)
a["seconds"] = time.monotonic() - began
print(json.dumps(a))
