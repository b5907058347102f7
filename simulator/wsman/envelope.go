package wsman

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// envelope is a SOAP request. Names are matched without their namespaces: clients differ in prefixes only.
type envelope struct {
	XMLName xml.Name `xml:"Envelope"`
	Header  struct {
		Action           string
		MessageID        string
		ResourceURI      string
		OperationTimeout string
		MaxEnvelopeSize  int
		Selectors        []named `xml:"SelectorSet>Selector"`
		Options          []named `xml:"OptionSet>Option"`
	}
	Body struct {
		Identify    *struct{}
		Shell       *shellRequest
		CommandLine *struct {
			CommandID string   `xml:"CommandId,attr"`
			Command   string   `xml:"Command"`
			Arguments []string `xml:"Arguments"`
		}
		Receive *struct {
			DesiredStream struct {
				CommandID string `xml:"CommandId,attr"`
				Names     string `xml:",chardata"`
			}
		}
		Send *struct {
			Streams []sentStream `xml:"Stream"`
		}
		Signal *struct {
			CommandID string `xml:"CommandId,attr"`
			Code      string
		}
	}
}

type named struct {
	Name  string `xml:"Name,attr"`
	Value string `xml:",chardata"`
}

// shellRequest is the body of a Create (MS-WSMV 2.2.4.38).
type shellRequest struct {
	ShellID          string `xml:"ShellId,attr"`
	InputStreams     string
	OutputStreams    string
	WorkingDirectory string
	IdleTimeOut      string
	Variables        []named `xml:"Environment>Variable"`
}

// sentStream is a piece of standard input.
type sentStream struct {
	Name      string `xml:"Name,attr"`
	CommandID string `xml:"CommandId,attr"`
	End       string `xml:"End,attr"`
	Base64    string `xml:",chardata"`
}

func parseEnvelope(b []byte) (*envelope, error) {
	e := &envelope{}
	if err := xml.Unmarshal(b, e); err != nil {
		return nil, fmt.Errorf("wsman: request is not a SOAP envelope: %w", err)
	}
	e.Header.Action = strings.TrimSpace(e.Header.Action)
	e.Header.MessageID = strings.TrimSpace(e.Header.MessageID)
	return e, nil
}

func lookup(list []named, name string) string {
	for _, n := range list {
		if strings.EqualFold(n.Name, name) {
			return strings.TrimSpace(n.Value)
		}
	}
	return ""
}

func (e *envelope) shellID() string { return lookup(e.Header.Selectors, "ShellId") }

// flag reads a shell option such as WINRS_SKIP_CMD_SHELL.
func (e *envelope) flag(name string) bool {
	v := lookup(e.Header.Options, name)
	return strings.EqualFold(v, "TRUE") || v == "1"
}

// codePage is WINRS_CODEPAGE, or the 437 of a US system.
func (e *envelope) codePage() int {
	if n, err := strconv.Atoi(lookup(e.Header.Options, "WINRS_CODEPAGE")); err == nil && n > 0 {
		return n
	}
	return 437
}

// commandLine joins program and arguments as the service does, with spaces.
func (e *envelope) commandLine() string {
	if e.Body.CommandLine == nil {
		return ""
	}
	return strings.TrimSpace(strings.Join(append([]string{e.Body.CommandLine.Command}, e.Body.CommandLine.Arguments...), " "))
}

// commandID is the command a Receive, Send or Signal is about.
func (e *envelope) commandID() string {
	switch b := e.Body; {
	case b.Receive != nil:
		return b.Receive.DesiredStream.CommandID
	case b.Signal != nil:
		return b.Signal.CommandID
	case b.Send != nil && len(b.Send.Streams) > 0:
		return b.Send.Streams[0].CommandID
	}
	return ""
}

var durationForm = regexp.MustCompile(`^P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})(\.\d{1,9})?S)?)?$`)

// parseDuration reads an xs:duration of days and smaller parts, such as PT60S or P0DT1H0M0.500S. Years and months
// have no fixed length and are refused.
func parseDuration(s string) (time.Duration, error) {
	m := durationForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || strings.Join(m[1:], "") == "" {
		return 0, fmt.Errorf("wsman: %q is not a duration", s)
	}
	var d time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(m[1+i]) // an absent part is empty and counts as nothing
		d += time.Duration(n) * unit
	}
	if m[5] != "" {
		fraction, err := strconv.ParseFloat("0"+m[5], 64)
		if err != nil {
			return 0, fmt.Errorf("wsman: %q is not a duration", s)
		}
		d += time.Duration(fraction * float64(time.Second))
	}
	return d, nil
}
