package wsman

import (
	"crypto/rand"
	"encoding/xml"
	"fmt"
	"strings"
)

// The namespaces of replies by the prefixes Windows gives them.
var namespaces = map[string]string{
	"s":   "http://www.w3.org/2003/05/soap-envelope",
	"a":   "http://schemas.xmlsoap.org/ws/2004/08/addressing",
	"x":   "http://schemas.xmlsoap.org/ws/2004/09/transfer",
	"e":   "http://schemas.xmlsoap.org/ws/2004/08/eventing",
	"n":   "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
	"w":   "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
	"p":   "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
	"rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
}

const anonymous = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"

// namespacesOf gives the declarations on a reply's envelope. Their order differs by message in recorded traffic.
func namespacesOf(action string, stack Stack) string {
	switch {
	case action == ActionDelete:
		return "s a w p"
	case action == ActionReceive:
		return "s a w rsp p"
	case action == ActionCreate && stack == Stack11:
		return "s a w"
	}
	return "s a x w rsp p"
}

// envelopeReply puts a body into a reply: no XML declaration, no white space, header blocks in this order.
func envelopeReply(prefixes, action, relatesTo, body string) []byte {
	var b strings.Builder
	b.WriteString(`<s:Envelope xml:lang="en-US"`)
	for prefix := range strings.FieldsSeq(prefixes) {
		fmt.Fprintf(&b, ` xmlns:%s="%s"`, prefix, namespaces[prefix])
	}
	fmt.Fprintf(&b, `><s:Header><a:Action>%s</a:Action><a:MessageID>uuid:%s</a:MessageID><a:To>%s</a:To>`, escape(action), newGUID(), anonymous)
	if relatesTo != "" {
		fmt.Fprintf(&b, `<a:RelatesTo>%s</a:RelatesTo>`, escape(relatesTo))
	}
	fmt.Fprintf(&b, `</s:Header><s:Body>%s</s:Body></s:Envelope>`, body)
	return []byte(b.String())
}

// identify answers Identify, the one message without addressing headers. Who did not log on is not told the
// Windows version.
func (s *Server) identify(loggedOn bool) []byte {
	system := "0.0.0 SP: 0.0"
	if loggedOn && s.options.OS != "" {
		system = s.options.OS
	}
	return fmt.Appendf(nil, `<s:Envelope xml:lang="en-US" xmlns:s="%s"><s:Header/><s:Body>`+
		`<wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">`+
		`<wsmid:ProtocolVersion>http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd</wsmid:ProtocolVersion>`+
		`<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>`+
		`<wsmid:ProductVersion>OS: %s Stack: %s</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>`,
		namespaces["s"], escape(system), s.options.Stack)
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

// newGUID makes a random GUID in the upper case of Windows.
func newGUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, by its contract
	b[6], b[8] = b[6]&0x0F|0x40, b[8]&0x3F|0x80
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
