package winhost

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
)

// envelope is what any reply may hold. encoding/xml matches local names, so the prefixes servers choose do not matter.
type envelope struct {
	Body struct {
		Fault *struct {
			Reason struct {
				Text string
			}
			Detail struct {
				WSManFault struct {
					Code string `xml:"Code,attr"`
				}
				WmiError struct {
					Code string `xml:"error_Code"`
				} `xml:"MSFT_WmiError"`
			}
		}
		ResourceCreated *struct {
			Selectors []struct {
				Name  string `xml:"Name,attr"`
				Value string `xml:",chardata"`
			} `xml:"ReferenceParameters>SelectorSet>Selector"`
		}
		CommandResponse *struct {
			CommandID string `xml:"CommandId"`
		}
		ReceiveResponse  *received
		IdentifyResponse *struct {
			ProductVendor  string
			ProductVersion string
		}
	}
}

// received is a ReceiveResponse. WinRM 1.1 sends several states in one reply; only the one that says Done carries the
// exit code.
type received struct {
	Streams []struct {
		Name string `xml:"Name,attr"`
		Data string `xml:",chardata"`
	} `xml:"Stream"`
	States []struct {
		State    string `xml:"State,attr"`
		ExitCode string
	} `xml:"CommandState"`
}

const stateDone = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done"

// parseReply opens a reply. The error is an *Error: the fault the server reported, or KindBadOutput for what is no
// SOAP reply.
func parseReply(status int, body []byte) (envelope, error) {
	var e envelope
	if err := xml.Unmarshal(body, &e); err != nil {
		if status >= 400 && len(body) == 0 {
			return envelope{}, statusError(status, "an empty answer; a WinRM service that refuses unencrypted messages gives it")
		}
		bad := newError(KindBadOutput, "the answer is no SOAP message")
		bad.HTTP, bad.Maybe = status, true
		return envelope{}, bad
	}
	if f := e.Body.Fault; f != nil {
		code := f.Detail.WSManFault.Code
		if code == "" {
			code = f.Detail.WmiError.Code
		}
		return envelope{}, faultError(status, code, f.Reason.Text)
	}
	if status != 200 {
		bad := newError(KindBadOutput, "a failed answer without a fault")
		bad.HTTP, bad.Maybe = status, true
		return envelope{}, bad
	}
	return e, nil
}

// canonical rewrites a good reply into the one form masterzen/winrm reads without surprises: it takes the shell's id
// from where only WinRM 3.0 puts it, the first exit code it sees, and what it can of broken base64.
func (e envelope) canonical(action string) (text string, done bool, err error) {
	switch action {
	case actionCreate:
		id, err := e.shellID()
		return fmt.Sprintf(canonicalReply, "http://schemas.xmlsoap.org/ws/2004/09/transfer/CreateResponse",
			"<rsp:Shell><rsp:ShellId>"+escape(id)+"</rsp:ShellId></rsp:Shell>"), false, err
	case actionCommand:
		if e.Body.CommandResponse == nil || e.Body.CommandResponse.CommandID == "" {
			return "", false, newError(KindBadOutput, "the server accepted a command and gave it no id")
		}
		return fmt.Sprintf(canonicalReply, "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandResponse",
			"<rsp:CommandResponse><rsp:CommandId>"+escape(e.Body.CommandResponse.CommandID)+"</rsp:CommandId></rsp:CommandResponse>"), false, nil
	case actionReceive:
		return e.canonicalOutput()
	}
	return "", false, nil
}

const canonicalReply = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"><s:Header><a:Action>%s</a:Action></s:Header><s:Body>%s</s:Body></s:Envelope>`

// shellID takes the id from the selector set, where every generation has it (with its uuid: prefix on WinRM 1.1).
func (e envelope) shellID() (string, error) {
	if e.Body.ResourceCreated != nil {
		for _, s := range e.Body.ResourceCreated.Selectors {
			if id := strings.TrimSpace(s.Value); s.Name == "ShellId" && id != "" {
				return id, nil
			}
		}
	}
	return "", newError(KindBadOutput, "the server created a shell and gave it no id")
}

func (e envelope) canonicalOutput() (string, bool, error) {
	bad := func(why string) (string, bool, error) {
		err := newError(KindBadOutput, "%s", why)
		err.Maybe = true
		return "", false, err
	}
	if e.Body.ReceiveResponse == nil {
		return bad("the server answered a request for output with something else")
	}
	var b strings.Builder
	for _, s := range e.Body.ReceiveResponse.Streams {
		data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s.Data), ""))
		if err != nil || s.Name != "stdout" && s.Name != "stderr" {
			return bad("the output of the command came damaged")
		}
		fmt.Fprintf(&b, `<rsp:Stream Name="%s">%s</rsp:Stream>`, s.Name, base64.StdEncoding.EncodeToString(data))
	}
	done := false
	for _, s := range e.Body.ReceiveResponse.States {
		if s.State != stateDone {
			continue
		}
		code, err := strconv.ParseInt(strings.TrimSpace(s.ExitCode), 10, 64)
		if err != nil {
			return bad("the command ended and its exit code is missing")
		}
		done = true
		// Exit codes are 32 bits; -1 may come as 4294967295.
		fmt.Fprintf(&b, `<rsp:CommandState State="%s"><rsp:ExitCode>%d</rsp:ExitCode></rsp:CommandState>`, stateDone, int32(uint32(code)))
	}
	text := fmt.Sprintf(canonicalReply, "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/ReceiveResponse",
		"<rsp:ReceiveResponse>"+b.String()+"</rsp:ReceiveResponse>")
	return text, done, nil
}

func escape(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder does not fail
	return b.String()
}
