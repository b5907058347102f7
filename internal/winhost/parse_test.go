package winhost

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParsePoll(t *testing.T) {
	for _, tt := range []struct {
		r    Result
		want JobState
		bad  bool
	}{
		{r: Result{Exit: 1, Stderr: "File Not Found"}, want: JobState{State: JobAbsent}},
		{r: Result{Exit: 1, Stdout: "run.cmd\r\n"}, want: JobState{State: JobPrepared}},
		{r: Result{Exit: 1, Stdout: "run.cmd\r\nSTARTED\r\n"}, want: JobState{State: JobRunning}},
		{r: Result{Exit: 1, Stdout: "exit.tmp\r\nrun.cmd\r\nstarted\r\n"}, want: JobState{State: JobRunning}},
		{r: Result{Stdout: "exit.txt\r\nrun.cmd\r\nstarted\r\n17025\r\n"}, want: JobState{State: JobExited, Exit: 17025}},
		{r: Result{Stdout: "exit.tmp\r\nrun.cmd\r\nstarted\r\n0\r\n"}, want: JobState{State: JobExited}}, // renamed between dir and type
		{r: Result{Stdout: "exit.txt\r\nstarted\r\n-1\r\n"}, want: JobState{State: JobExited, Exit: -1}},
		{r: Result{Stdout: "exit.txt\r\nstarted\r\n4294967295\r\n"}, want: JobState{State: JobExited, Exit: -1}},
		{r: Result{Stdout: ""}, bad: true}, // a command that silently did nothing
		{r: Result{Stdout: "0\r\n"}, bad: true},
		{r: Result{Stdout: "exit.txt\r\nstarted\r\n"}, bad: true},
	} {
		got, err := parsePoll(tt.r)
		require.Equal(t, tt.bad, IsKind(err, KindBadOutput), "%q", tt.r.Stdout)
		require.Equal(t, tt.want, got, "%q", tt.r.Stdout)
	}
}

func FuzzParsePoll(f *testing.F) {
	f.Add(0, "exit.txt\r\nstarted\r\n3010\r\n")
	f.Add(1, "started\r\n")
	f.Fuzz(func(t *testing.T, exit int, stdout string) {
		state, err := parsePoll(Result{Exit: exit, Stdout: stdout})
		if err == nil && state.State != JobExited {
			require.NotZero(t, exit, "only a missing exit.txt may mean that a job has not ended")
		}
	})
}

func sealedBody(tab, mark, end string, length int, payload []byte) []byte {
	b := fmt.Appendf(nil, "%s\r\n%sContent-Type: %s\r\n%sOriginalContent: type=%s;Length=%d\r\n%s\r\n%s%s", mark, tab, sealedProtocol, tab, soapType, length, mark, tab, octetStream)
	b = binary.LittleEndian.AppendUint32(b, signatureLength)
	b = append(b, "0123456789abcdef"...)
	return append(append(b, payload...), end...)
}

func TestSplitSealed(t *testing.T) {
	payload := []byte("\x00--Encrypted Boundary--\r\n" + octetStream)
	for name, body := range map[string][]byte{
		"WinRM":            sealedBody("\t", boundary, boundary+"--\r\n", len(payload), payload),
		"without line end": sealedBody("\t", boundary, boundary+"--", len(payload), payload),
		"without tab":      sealedBody("", boundary, boundary+"\r\n", len(payload), payload),
		"with blank":       sealedBody("\t", "-- Encrypted Boundary", "-- Encrypted Boundary--\r\n", len(payload), payload),
	} {
		sealed, signature, err := splitSealed(body)
		require.NoError(t, err, name)
		require.Equal(t, payload, sealed, name)
		require.Equal(t, "0123456789abcdef", string(signature), name)
	}
	good := sealedBody("\t", boundary, boundary+"--\r\n", len(payload), payload)
	for name, body := range map[string][]byte{
		"empty":         nil,
		"too long":      sealedBody("\t", boundary, boundary+"--\r\n", len(payload)+1, payload),
		"too short":     sealedBody("\t", boundary, boundary+"--\r\n", len(payload)-1, payload),
		"cut":           good[:len(good)-40],
		"no length":     bytes.Replace(good, []byte("Length="), []byte("Longth="), 1),
		"bad signature": bytes.Replace(good, []byte{16, 0, 0, 0}, []byte{4, 0, 0, 0}, 1),
	} {
		_, _, err := splitSealed(body)
		require.ErrorIs(t, err, errSealForm, name)
	}
}

func FuzzSplitSealed(f *testing.F) {
	f.Add(sealedBody("\t", boundary, boundary+"--\r\n", 3, []byte("abc")))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, signature, err := splitSealed(body); err == nil {
			require.Len(t, signature, signatureLength)
		}
	})
}

const receive11 = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><rsp:ReceiveResponse xmlns:rsp="r">
<rsp:Stream Name="stdout" CommandId="x">b25l
 IA==</rsp:Stream><rsp:CommandState State="` + "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Running" + `" CommandId="x"><rsp:ExitCode>0</rsp:ExitCode></rsp:CommandState>
<rsp:Stream Name="stderr" CommandId="x" End="true"/><rsp:Stream Name="stdout" CommandId="x">dHdv</rsp:Stream>
<rsp:CommandState State="` + stateDone + `" CommandId="x"><rsp:ExitCode>12</rsp:ExitCode></rsp:CommandState></rsp:ReceiveResponse></s:Body></s:Envelope>`

func TestReceiveOfWinRM11(t *testing.T) {
	e, err := parseReply(200, []byte(receive11))
	require.NoError(t, err)
	text, done, err := e.canonical(actionReceive)
	require.NoError(t, err)
	require.True(t, done)
	require.Contains(t, text, `<rsp:Stream Name="stdout">b25lIA==</rsp:Stream>`)
	require.Contains(t, text, `<rsp:Stream Name="stdout">dHdv</rsp:Stream>`)
	require.Equal(t, 1, strings.Count(text, "<rsp:ExitCode>"))
	require.Contains(t, text, "<rsp:ExitCode>12</rsp:ExitCode>")
}

func TestRepliesThatCannotBeTrusted(t *testing.T) {
	for name, tt := range map[string]struct{ action, body string }{
		"create without id":     {actionCreate, "<e><Body><ResourceCreated/></Body></e>"},
		"command without id":    {actionCommand, "<e><Body><CommandResponse/></Body></e>"},
		"receive of another":    {actionReceive, "<e><Body><SendResponse/></Body></e>"},
		"damaged base64":        {actionReceive, `<e><Body><ReceiveResponse><Stream Name="stdout">!</Stream></ReceiveResponse></Body></e>`},
		"unknown stream":        {actionReceive, `<e><Body><ReceiveResponse><Stream Name="pr">YQ==</Stream></ReceiveResponse></Body></e>`},
		"done without exitcode": {actionReceive, `<e><Body><ReceiveResponse><CommandState State="` + stateDone + `"/></ReceiveResponse></Body></e>`},
	} {
		e, err := parseReply(200, []byte(tt.body))
		require.NoError(t, err, name)
		_, _, err = e.canonical(tt.action)
		require.True(t, IsKind(err, KindBadOutput), "%s: %v", name, err)
	}
}

func FuzzParseReply(f *testing.F) {
	f.Add(200, receive11)
	f.Add(500, `<e><Body><Fault><Reason><Text>no</Text></Reason><Detail><WSManFault Code="5"/></Detail></Fault></Body></e>`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		e, err := parseReply(status, []byte(body))
		if err != nil {
			require.NotContains(t, err.Error(), "EOF")
			require.NotContains(t, err.Error(), "OperationTimeout")
			return
		}
		for _, action := range []string{actionCreate, actionCommand, actionReceive} {
			if text, _, err := e.canonical(action); err == nil {
				_, err = parseReply(200, []byte(text))
				require.NoError(t, err, "what is handed to masterzen/winrm is a SOAP message")
			}
		}
	})
}

func TestInputIsCutIntoPiecesThatFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(0, 5*sendSize).Draw(t, "size")
		in := bytes.Repeat([]byte("x"), size)
		var out pieces
		n, err := chunks{bytes.NewReader(in)}.WriteTo(&out)
		require.NoError(t, err)
		require.EqualValues(t, size, n)
		total := 0
		for i, p := range out {
			require.True(t, p == sendSize || i == len(out)-1 && p > 0)
			total += p
		}
		require.Equal(t, size, total)
		require.Less(t, (sendSize+2)/3*4+4096, maxEnvelope)
	})
}

type pieces []int

func (p *pieces) Write(b []byte) (int, error) {
	*p = append(*p, len(b))
	return len(b), nil
}

func TestCommandName(t *testing.T) {
	for line, want := range map[string]string{
		`net stop W3SVC /y`: "net", `"C:\Program Files\x\PSCONFIG.EXE" -cmd upgrade`: "psconfig", `C:\a\b.cmd x`: "b", "": "", " md x": "md",
	} {
		require.Equal(t, want, commandName(line))
	}
}
