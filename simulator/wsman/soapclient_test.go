package wsman_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	transferNS = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
	shellNS    = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
	resource   = shellNS + "/cmd"
)

// message is a SOAP request to be written.
type message struct {
	action, shell, body, timeout string
	options                      map[string]string
}

func (m message) String() string {
	var selectors, options strings.Builder
	if m.shell != "" {
		fmt.Fprintf(&selectors, `<w:SelectorSet><w:Selector Name="ShellId">%s</w:Selector></w:SelectorSet>`, m.shell)
	}
	for name, value := range m.options {
		fmt.Fprintf(&options, `<w:Option Name="%s">%s</w:Option>`, name, value)
	}
	if m.timeout == "" {
		m.timeout = "PT20S"
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" `+
		`xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="%s">`+
		`<s:Header><a:Action s:mustUnderstand="true">%s</a:Action><a:MessageID>uuid:1-2-3</a:MessageID><w:ResourceURI>%s</w:ResourceURI>`+
		`<w:MaxEnvelopeSize>153600</w:MaxEnvelopeSize><w:OperationTimeout>%s</w:OperationTimeout>%s<w:OptionSet>%s</w:OptionSet></s:Header><s:Body>%s</s:Body></s:Envelope>`,
		shellNS, m.action, resource, m.timeout, selectors.String(), options.String(), m.body)
}

// soapClient sends messages under Basic, so that a test sees the replies as they are.
type soapClient struct {
	t    *testing.T
	h    *host
	user string
}

func (c soapClient) post(m message) (status int, reply string, err error) {
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, "http://"+c.h.address()+"/wsman", strings.NewReader(m.String()))
	require.NoError(c.t, err)
	req.Header.Set("Content-Type", "application/soap+xml;charset=UTF-8")
	req.SetBasicAuth(c.user, password)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// must sends a message that has to succeed.
func (c soapClient) must(m message) string {
	status, reply, err := c.post(m)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, status, reply)
	return reply
}

// fails sends a message that has to be answered by a fault of this code.
func (c soapClient) fails(m message, code string) string {
	status, reply, err := c.post(m)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusInternalServerError, status, reply)
	require.Contains(c.t, reply, `Code="`+code+`"`)
	require.Contains(c.t, reply, "<a:RelatesTo>uuid:1-2-3</a:RelatesTo>")
	return reply
}

var (
	selector  = regexp.MustCompile(`Name="ShellId">([^<]+)<`)
	commandID = regexp.MustCompile(`<rsp:CommandId>([^<]+)<`)
)

func create(body string) message {
	return message{action: transferNS + "Create", body: "<rsp:Shell>" + body + "<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>"}
}

func command(shell, line string) message {
	return message{action: shellNS + "/Command", shell: shell, body: "<rsp:CommandLine><rsp:Command>" + line + "</rsp:Command></rsp:CommandLine>"}
}

func receive(shell, id string) message {
	return message{action: shellNS + "/Receive", shell: shell, body: fmt.Sprintf(`<rsp:Receive><rsp:DesiredStream CommandId="%s">stdout stderr</rsp:DesiredStream></rsp:Receive>`, id)}
}

func sendInput(shell, id, text string, end bool) message {
	return message{action: shellNS + "/Send", shell: shell, body: fmt.Sprintf(`<rsp:Send><rsp:Stream Name="stdin" CommandId="%s" End="%t">%s</rsp:Stream></rsp:Send>`,
		id, end, base64.StdEncoding.EncodeToString([]byte(text)))}
}

func signalTo(shell, id, code string) message {
	return message{action: shellNS + "/Signal", shell: shell, body: fmt.Sprintf(`<rsp:Signal CommandId="%s"><rsp:Code>%s/signal/%s</rsp:Code></rsp:Signal>`, id, shellNS, code)}
}

func remove(shell string) message { return message{action: transferNS + "Delete", shell: shell} }

func (c soapClient) open() string {
	m := selector.FindStringSubmatch(c.must(create("")))
	require.NotNil(c.t, m)
	return m[1]
}

func (c soapClient) run(shell, line string) string {
	m := commandID.FindStringSubmatch(c.must(command(shell, line)))
	require.NotNil(c.t, m)
	return m[1]
}
