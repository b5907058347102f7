package wsman_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

const guid = `[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}`

var (
	messageID  = regexp.MustCompile(`<a:MessageID>uuid:` + guid + `</a:MessageID>`)
	anyID      = regexp.MustCompile(`(?i)` + guid)
	namespaces = regexp.MustCompile(` xmlns:(\w+)="[^"]*"`)
)

// shape makes a reply comparable: ids become GUID, namespace declarations keep their prefix only.
func shape(t *testing.T, reply string) string {
	require.Regexp(t, messageID, reply)
	reply = messageID.ReplaceAllString(reply, "<a:MessageID/>")
	reply = anyID.ReplaceAllString(reply, "GUID")
	reply = namespaces.ReplaceAllString(reply, " xmlns:$1")
	return strings.NewReplacer(shellNS, "SHELL", transferNS, "TRANSFER/", "http://schemas.xmlsoap.org/ws/2004/08/addressing", "ADDRESSING").Replace(reply)
}

func envelope(prefixes, action, body string) string {
	return `<s:Envelope xml:lang="en-US" xmlns:` + strings.Join(strings.Fields(prefixes), " xmlns:") + `><s:Header><a:Action>` + action +
		`</a:Action><a:MessageID/><a:To>ADDRESSING/role/anonymous</a:To><a:RelatesTo>uuid:1-2-3</a:RelatesTo></s:Header><s:Body>` + body + `</s:Body></s:Envelope>`
}

// The forms recorded from real servers, by stack.
func TestReplyForms(t *testing.T) {
	reference := func(declarations, address, id string) string {
		return `<x:ResourceCreated` + declarations + `><a:Address>` + address + `</a:Address><a:ReferenceParameters><w:ResourceURI>SHELL/cmd</w:ResourceURI>` +
			`<w:SelectorSet><w:Selector Name="ShellId">` + id + `</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>`
	}
	for _, tc := range []struct {
		stack                          wsman.Stack
		created, createPrefixes, ended string
	}{
		{
			stack: wsman.Stack11, createPrefixes: "s a w",
			created: reference(" xmlns:x xmlns:rsp xmlns:w xmlns:a", "ADDRESSING/role/anonymous", "uuid:GUID"),
			ended: `<rsp:CommandState xmlns:rsp State="SHELL/CommandState/Running" CommandId="GUID"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>` +
				`<rsp:CommandState xmlns:rsp State="SHELL/CommandState/Pending" CommandId="GUID"><rsp:ExitCode>7</rsp:ExitCode></rsp:CommandState>` +
				`<rsp:Stream xmlns:rsp Name="stdout" CommandId="GUID" End="true"></rsp:Stream><rsp:Stream xmlns:rsp Name="stderr" CommandId="GUID" End="true"></rsp:Stream>` +
				`<rsp:CommandState xmlns:rsp State="SHELL/CommandState/Done" CommandId="GUID"><rsp:ExitCode>7</rsp:ExitCode></rsp:CommandState>`,
		},
		{
			stack: wsman.Stack20, createPrefixes: "s a x w rsp p",
			created: reference("", "http://ADDR/wsman", "GUID"),
			ended: `<rsp:Stream Name="stdout" CommandId="GUID" End="true"></rsp:Stream><rsp:Stream Name="stderr" CommandId="GUID" End="true"></rsp:Stream>` +
				`<rsp:CommandState CommandId="GUID" State="SHELL/CommandState/Done"><rsp:ExitCode>7</rsp:ExitCode></rsp:CommandState>`,
		},
		{
			stack: wsman.Stack30, createPrefixes: "s a x w rsp p",
			created: reference("", "http://ADDR/wsman", "GUID") + `<rsp:Shell xmlns:rsp><rsp:ShellId>GUID</rsp:ShellId><rsp:ResourceUri>SHELL/cmd</rsp:ResourceUri>` +
				`<rsp:Owner>` + account + `</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP><rsp:IdleTimeOut>PT7200.000S</rsp:IdleTimeOut>` +
				`<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>` +
				`<rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime><rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>`,
			ended: `<rsp:Stream Name="stdout" CommandId="GUID" End="true"></rsp:Stream><rsp:Stream Name="stderr" CommandId="GUID" End="true"></rsp:Stream>` +
				`<rsp:CommandState CommandId="GUID" State="SHELL/CommandState/Done"><rsp:ExitCode>7</rsp:ExitCode></rsp:CommandState>`,
		},
	} {
		t.Run(tc.stack.String(), func(t *testing.T) {
			h := newHost(t, readable(wsman.Options{Stack: tc.stack}))
			c := soapClient{t, h, account}
			created := c.must(create(""))
			shell := selector.FindStringSubmatch(created)[1]
			tc.created = strings.ReplaceAll(tc.created, "ADDR/", h.address()+"/")
			require.Equal(t, envelope(tc.createPrefixes, "TRANSFER/CreateResponse", tc.created), shape(t, created))
			require.Equal(t, strings.ToUpper(strings.TrimPrefix(shell, "uuid:")), strings.TrimPrefix(shell, "uuid:"))

			started := c.must(command(shell, "exit 7"))
			id := commandID.FindStringSubmatch(started)[1]
			require.Equal(t, envelope("s a x w rsp p", "SHELL/CommandResponse", `<rsp:CommandResponse><rsp:CommandId>GUID</rsp:CommandId></rsp:CommandResponse>`), shape(t, started))
			require.Equal(t, envelope("s a w rsp p", "SHELL/ReceiveResponse", `<rsp:ReceiveResponse>`+tc.ended+`</rsp:ReceiveResponse>`), shape(t, c.must(receive(shell, id))))
			require.Equal(t, envelope("s a x w rsp p", "SHELL/SignalResponse", `<rsp:SignalResponse/>`), shape(t, c.must(signalTo(shell, id, "terminate"))))
			cat := c.run(shell, "cat")
			require.Equal(t, envelope("s a x w rsp p", "SHELL/SendResponse", `<rsp:SendResponse/>`), shape(t, c.must(sendInput(shell, cat, "x", false))))
			require.Equal(t, envelope("s a w p", "TRANSFER/DeleteResponse", ``), shape(t, c.must(remove(shell))))
		})
	}
}

// While a command runs, output comes with the state Running and no exit code.
func TestOutputOfRunningCommand(t *testing.T) {
	for _, tc := range []struct {
		stack wsman.Stack
		want  string
	}{
		{wsman.Stack11, `<rsp:Stream xmlns:rsp Name="stdout" CommandId="GUID">` + strings.Repeat("eHh4", 16) + "\neHh4" + `</rsp:Stream>` +
			`<rsp:CommandState xmlns:rsp State="SHELL/CommandState/Running" CommandId="GUID"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>`},
		{wsman.Stack20, `<rsp:Stream Name="stdout" CommandId="GUID">` + strings.Repeat("eHh4", 17) + `</rsp:Stream>` +
			`<rsp:CommandState CommandId="GUID" State="SHELL/CommandState/Running"></rsp:CommandState>`},
	} {
		t.Run(tc.stack.String(), func(t *testing.T) {
			c := soapClient{t, newHost(t, readable(wsman.Options{Stack: tc.stack})), account}
			shell := c.open()
			id := c.run(shell, "cat")
			c.must(sendInput(shell, id, strings.Repeat("x", 51), false))
			require.Equal(t, envelope("s a w rsp p", "SHELL/ReceiveResponse", `<rsp:ReceiveResponse>`+tc.want+`</rsp:ReceiveResponse>`), shape(t, c.must(receive(shell, id))))
		})
	}
}

func TestReplyStaysBelowEnvelope(t *testing.T) {
	c := soapClient{t, newHost(t, readable(wsman.Options{})), account}
	shell := c.open()
	id := c.run(shell, "fill 1000000")
	replies := 0
	for {
		reply := c.must(receive(shell, id))
		require.Less(t, len(reply), 153600)
		replies++
		if strings.Contains(reply, "/Done") {
			break
		}
	}
	require.Greater(t, replies, 10)
}

// WinRM 2.0 makes its own ids whatever the client asks for; 3.0 takes the client's.
func TestClientChosenIDs(t *testing.T) {
	const own = "AAAAAAAA-0000-4000-8000-000000000001"
	for stack, honoured := range map[wsman.Stack]bool{wsman.Stack11: false, wsman.Stack20: false, wsman.Stack30: true} {
		t.Run(stack.String(), func(t *testing.T) {
			c := soapClient{t, newHost(t, readable(wsman.Options{Stack: stack})), account}
			m := create("")
			m.body = strings.Replace(m.body, "<rsp:Shell>", `<rsp:Shell ShellId="`+own+`">`, 1)
			shell := selector.FindStringSubmatch(c.must(m))[1]
			require.Equal(t, honoured, shell == own)
			m = command(shell, "exit 0")
			m.body = strings.Replace(m.body, "<rsp:CommandLine>", `<rsp:CommandLine CommandId="`+own+`">`, 1)
			require.Equal(t, honoured, commandID.FindStringSubmatch(c.must(m))[1] == own)
		})
	}
}

func TestShellSettingsReachTheCommand(t *testing.T) {
	h := newHost(t, readable(wsman.Options{}))
	c := soapClient{t, h, account}
	m := create(`<rsp:Environment><rsp:Variable Name="TEMP">D:\tmp</rsp:Variable></rsp:Environment><rsp:WorkingDirectory>C:\Updates</rsp:WorkingDirectory><rsp:IdleTimeOut>PT60.5S</rsp:IdleTimeOut>`)
	m.options = map[string]string{"WINRS_CODEPAGE": "850"}
	shell := selector.FindStringSubmatch(c.must(m))[1]
	run := command(shell, `"C:\Program Files\x.exe"`)
	run.body = strings.Replace(run.body, "</rsp:Command>", "</rsp:Command><rsp:Arguments>/a</rsp:Arguments><rsp:Arguments><![CDATA[/b & c]]></rsp:Arguments>", 1)
	run.options = map[string]string{"WINRS_SKIP_CMD_SHELL": "TRUE"}
	c.must(run)
	<-h.started
	got := h.command(0)
	require.Equal(t, `"C:\Program Files\x.exe" /a /b & c`, got.Line)
	require.Equal(t, wsman.Command{
		User: account, Line: got.Line, CodePage: 850, Dir: `C:\Updates`, Environment: map[string]string{"TEMP": `D:\tmp`},
		SkipCmdShell: true, Stdin: got.Stdin, Stdout: got.Stdout, Stderr: got.Stderr,
	}, got)
}
