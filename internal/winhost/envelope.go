package winhost

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// The actions of one shell, by the last part of their URI.
const (
	actionCreate  = "Create"
	actionCommand = "Command"
	actionSend    = "Send"
	actionReceive = "Receive"
	actionSignal  = "Signal"
	actionDelete  = "Delete"
)

// masterzen/winrm's fixed texts, which some servers need differently.
const (
	headerEnd      = "</env:Header>"
	codePageOption = `<w:Option Name="WINRS_CODEPAGE">%s</w:Option>`
	consoleOption  = `<w:Option Name="WINRS_CONSOLEMODE_STDIN">%s</w:Option>`
	timeoutHeader  = `<w:OperationTimeout>%s</w:OperationTimeout>`
	endOfStdin     = ` End="true"`
)

var actionPattern = regexp.MustCompile(`<a:Action[^>]*>[^<]*/([A-Za-z]+)</a:Action>`)

// request is one envelope of masterzen/winrm, taken apart into what may be changed and what may not: the body holds
// command lines, which can spell anything.
type request struct {
	action       string
	header, body string
}

func readRequest(envelope string) (request, error) {
	header, body, found := strings.Cut(envelope, headerEnd)
	action := actionPattern.FindStringSubmatch(header)
	if !found || action == nil {
		return request{}, newError(KindConfig, "masterzen/winrm made an envelope this version of farmhand does not know")
	}
	return request{action: action[1], header: header, body: body}, nil
}

func (r request) bytes() []byte { return []byte(r.header + headerEnd + r.body) }

// endsStdin reports whether a Send closes standard input.
func (r request) endsStdin() bool {
	return r.action == actionSend && strings.Contains(r.body, endOfStdin)
}

// setCodePage replaces 65001: under it Windows before 2008 R2 silently does nothing when a batch file is run.
func (r *request) setCodePage(page int) {
	r.replace(fmt.Sprintf(codePageOption, "65001"), fmt.Sprintf(codePageOption, fmt.Sprint(page)))
}

// setPipe makes standard input a pipe with a real end; as a console it would echo and never end.
func (r *request) setPipe() {
	r.replace(fmt.Sprintf(consoleOption, "TRUE"), fmt.Sprintf(consoleOption, "FALSE"))
}

// setTimeout replaces how long the server may hold this request.
func (r *request) setTimeout(from, to time.Duration) {
	r.replace(fmt.Sprintf(timeoutHeader, xmlDuration(from)), fmt.Sprintf(timeoutHeader, xmlDuration(to)))
}

func (r *request) replace(from, to string) { r.header = strings.Replace(r.header, from, to, 1) }

// xmlDuration writes a duration as XML Schema does, with the milliseconds WinRM keeps.
func xmlDuration(d time.Duration) string {
	return strings.TrimSuffix(fmt.Sprintf("PT%.3f", d.Seconds()), ".000") + "S"
}
