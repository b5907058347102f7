package windows

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"farmhand/scripts"
	"farmhand/simulator/world"
)

// base64Lines writes a text as lines of base64.
func base64Lines(text string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	var b strings.Builder
	for len(encoded) > 76 {
		b.WriteString(encoded[:76] + "\r\n")
		encoded = encoded[76:]
	}
	return b.String() + encoded + "\r\n"
}

func encodedCommand(text string) string {
	var raw []byte
	for _, u := range utf16.Encode([]rune(text)) {
		raw = binary.LittleEndian.AppendUint16(raw, u)
	}
	return base64.StdEncoding.EncodeToString(raw)
}

// ask runs a script through the bootstrap on a console.
func (c *console) ask(t *testing.T, s scripts.Script, input string, args ...scripts.Arg) []scripts.Record {
	t.Helper()
	call := scripts.Call{Script: s, Args: args, Nonce: "0f0f"}
	stdout, stderr, exit := c.run(scripts.CommandLine(), string(call.Encode([]byte(input))))
	require.Empty(t, stderr)
	require.Zero(t, exit)
	records, err := scripts.Parse(stdout, call.Nonce)
	require.NoError(t, err)
	return records
}

func named(records []scripts.Record, name string) []scripts.Record {
	var out []scripts.Record
	for _, r := range records {
		if r.Kind == name {
			out = append(out, r)
		}
	}
	return out
}

func TestInspectScript(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	require.NoError(t, c.machine.world.Update(func(tx *world.Tx) error {
		SetPendingReboot(tx, "APP01", "PendingFileRenameOperations")
		return nil
	}))
	records := c.ask(t, scripts.Inspect, "")
	os := named(records, "os")[0]
	require.Equal(t, "6.0.6002", os.Get("version"))
	require.Equal(t, "Microsoft® Windows Server® 2008 Standard", os.Get("caption"))
	require.Equal(t, "x64", os.Get("architecture"))
	require.Equal(t, "CONTOSO", os.Get("domain"))
	require.Equal(t, "2.0", named(records, "host")[0].Get("powershell"))
	require.Equal(t, "true", named(records, "account")[0].Get("administrator"))
	require.Len(t, named(records, "drive"), 2)
	require.Equal(t, "10", named(records, "drive")[1].Get("free_mb"))
	require.Len(t, named(records, "folder"), 3)
	require.Equal(t, "PendingFileRenameOperations", named(records, "pending")[0].Get("source"))
	wss := named(records, "wss")[0]
	require.Equal(t, "APPLICATION", wss.Get("serverrole"))
	require.Equal(t, "12.0.0.6219", wss.Get("version"))
	require.Empty(t, wss.Get("configdb"))
	require.Equal(t, []string{"script inspect.ps1"}, events(c.machine.world, "script", "command"))
}

func TestReadingScripts(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	require.NoError(t, c.machine.world.Update(func(tx *world.Tx) error {
		AddProduct(tx, "APP01", Product{Code: "{90120000-1014-0000-1000-0000000FF1CE}", Name: "Windows SharePoint Services 3.0", Version: "12.0.6219.1000"})
		AddPatch(tx, "APP01", Patch{Product: "{90120000-1014-0000-1000-0000000FF1CE}", Code: "{11111111-2222-3333-4444-555555555555}", Name: "Hotfix (KB951695) 50%"})
		return PutFile(tx, "APP01", File{Path: `C:\Program Files\OWSSVR.DLL`, Size: 10, SHA256: "00", Version: "12.0.6318.5000"})
	}))
	services := c.ask(t, scripts.Services, "")
	require.Len(t, services, 4)
	require.Equal(t, "Disabled", services[1].Get("start"))
	products := c.ask(t, scripts.Products, "")
	require.Equal(t, "12.0.6219.1000", products[0].Get("version"))
	require.Equal(t, "Hotfix (KB951695) 50%", products[1].Get("name"))
	require.Equal(t, "1", products[1].Get("state"))
	require.Equal(t, "12.0.6318.5000", products[2].Get("version"))
	stdout, _, exit := c.run(`reg query HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Installer\UserData\S-1-5-18\Products\00002109410100000100000000F01FEC\Patches /s`, "")
	require.Zero(t, exit)
	require.Contains(t, stdout, `\11111111222233334444555555555555`)
	require.Contains(t, stdout, "    State    REG_DWORD    0x1\n")

	files := c.ask(t, scripts.FileHash, "", scripts.Arg{Name: "Paths", Value: `D:\Updates\package.exe|D:\nothing.exe`})
	require.Equal(t, "true", files[0].Get("exists"))
	require.Equal(t, "3", files[0].Get("zone"))
	require.Equal(t, "5242880", files[0].Get("size"))
	require.Equal(t, "false", files[1].Get("exists"))
	require.NotEmpty(t, c.ask(t, scripts.Processes, ""))
}

func TestReadLogScript(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	const path = `D:\farmhand\note.txt`
	whole := c.ask(t, scripts.ReadLog, "", scripts.Arg{Name: "Path", Value: path})
	require.Equal(t, "10", whole[0].Get("next"))
	require.Equal(t, "two", whole[2].Get("text"))
	rest := c.ask(t, scripts.ReadLog, "", scripts.Arg{Name: "Path", Value: path}, scripts.Arg{Name: "Offset", Value: "5"})
	require.Len(t, rest, 2)
	require.Equal(t, "two", rest[1].Get("text"))
	some := c.ask(t, scripts.ReadLog, "", scripts.Arg{Name: "Path", Value: path}, scripts.Arg{Name: "MaxBytes", Value: "6"})
	require.Len(t, some, 2)
	require.Equal(t, "5", some[0].Get("next"))
	found := c.ask(t, scripts.ReadLog, "", scripts.Arg{Name: "Folder", Value: `D:\farmhand`}, scripts.Arg{Name: "Pattern", Value: "no*.txt"},
		scripts.Arg{Name: "Since", Value: "2001-01-01T00:00:00Z"}, scripts.Arg{Name: "Offset", Value: "-5"})
	require.Equal(t, path, found[0].Get("path"))
	require.Len(t, found, 2)
	none := c.ask(t, scripts.ReadLog, "", scripts.Arg{Name: "Folder", Value: `D:\farmhand`}, scripts.Arg{Name: "Pattern", Value: "*.log"})
	require.Equal(t, "false", none[0].Get("exists"))
}

func TestLeaseScript(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	lease := func(owner, action string) scripts.Record {
		return c.ask(t, scripts.Lease, "", scripts.Arg{Name: "Path", Value: `D:\farmhand\lease`}, scripts.Arg{Name: "Owner", Value: owner}, scripts.Arg{Name: "Action", Value: action})[0]
	}
	require.Equal(t, "true", lease("a", "acquire").Get("held"))
	require.Equal(t, "true", lease("a", "acquire").Get("held"))
	other := lease("b", "acquire")
	require.Equal(t, "false", other.Get("held"))
	require.Equal(t, "a", other.Get("owner"))
	lease("b", "release")
	require.Equal(t, "a", lease("b", "acquire").Get("owner"))
	lease("a", "release")
	require.Equal(t, "true", lease("b", "acquire").Get("held"))
}

func TestPutFileScript(t *testing.T) {
	c := newConsole(t, server2008("APP01"))
	content := strings.Repeat("0123456789", 50)
	r := c.ask(t, scripts.PutFile, base64Lines(content), scripts.Arg{Name: "Path", Value: `D:\farmhand\new.txt`})
	require.Equal(t, scripts.Hash(content), r[0].Get("sha256"))
	require.Equal(t, "500", r[0].Get("size"))
	call := scripts.Call{Script: scripts.PutFile, Nonce: "n", Args: []scripts.Arg{{Name: "Path", Value: `D:\none\new.txt`}}}
	stdout, _, exit := c.run(scripts.CommandLine(), string(call.Encode([]byte(base64Lines("x")))))
	require.Equal(t, 1, exit)
	require.Contains(t, stdout, "error\ttext=The system cannot find the path specified.\n##RC=1 n\n")
}

func TestRegisterTaskNeedsWindows2008(t *testing.T) {
	c := newConsole(t, server2003("APP01"))
	call := scripts.Call{Script: scripts.RegisterTask, Nonce: "n", Args: []scripts.Arg{{Name: "Name", Value: "x"}}}
	stdout, _, exit := c.run(scripts.CommandLine(), string(call.Encode([]byte(testPassword+"\r\n"))))
	require.Equal(t, 1, exit)
	require.Contains(t, stdout, "Schedule.Service")
	for _, e := range events(c.machine.world, "script", "command") {
		require.NotContains(t, e, testPassword)
	}
}

func TestPowerShell(t *testing.T) {
	spec := server2008("APP01")
	spec.Files = append(spec.Files, File{Path: `D:\farmhand\boot.ps1`, Data: []byte(strings.ReplaceAll(scripts.BootTime.Text, "\n", "\r\n"))})
	unknown := scripts.Call{Script: scripts.Script{Text: "Remove-Item C:\\"}, Nonce: "n"}
	for _, tt := range []struct {
		name, line, stdin string
		stdout, stderr    string // substrings
		exit              int
	}{
		{"plain line", "powershell -EncodedCommand " + encodedCommand("sc query nothing"), "", "FAILED 1060", "", 1060},
		{"nested, as ansible sends it", "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand " +
			encodedCommand("powershell -enc "+encodedCommand("hostname")), "", "APP01\n", "", 0},
		{"exit code", `powershell -Command "cmd /c 'exit 3'; exit $LASTEXITCODE"`, "", "", "", 3},
		{"two statements", `powershell -Command "$ErrorActionPreference = 'Stop'; hostname; Write-Output 'x y'"`, "", "APP01\nx y\n", "", 0},
		{"&& of cmd.exe", `powershell -Command "cmd /c 'echo a && exit 5'"`, "", "a", "", 5},
		{"unknown cmdlet", `powershell -Command "Get-Nothing"`, "", "", "The term 'Get-Nothing' is not recognized as the name of a cmdlet", 1},
		{"no && in PowerShell 2.0", `powershell -Command "hostname && hostname"`, "", "", "not a valid statement separator", 1},
		{"known file", `powershell.exe -NoProfile -File D:\farmhand\boot.ps1`, "", "##END\n", "", 0},
		{"missing file", `powershell.exe -File D:\farmhand\none.ps1`, "", "", "The file does not exist", 1},
		{"unknown script", scripts.CommandLine(), string(unknown.Encode(nil)), "##RC=1 n\n", "is not recognized", 1},
		{"bad encoding", "powershell -EncodedCommand !!!", "", "", "not properly encoded", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newConsole(t, spec)
			stdout, stderr, exit := c.run(tt.line, tt.stdin)
			require.Contains(t, stdout, tt.stdout)
			require.Contains(t, stderr, tt.stderr)
			require.Equal(t, tt.exit, exit)
		})
	}
	without := server2003("APP01")
	without.PowerShell = ""
	_, stderr, exit := newConsole(t, without).run("powershell -Command hostname", "")
	require.Equal(t, 9009, exit)
	require.Contains(t, stderr, "'powershell' is not recognized")
}
