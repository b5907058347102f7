package production

import (
	"context"
	"fmt"
	"net"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// serveNames answers DNS questions for the names of services, as Docker's server does in its networks, until ctx ends.
func (n *network) serveNames(ctx context.Context) error {
	conn, err := new(net.ListenConfig).ListenPacket(ctx, "udp", fmt.Sprintf("%s:%d", n.dns(), dnsPort))
	if err != nil {
		return fmt.Errorf("DNS of the stack: %w", err)
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	question := make([]byte, 512)
	for {
		size, from, err := conn.ReadFrom(question)
		if err != nil {
			return nil //nolint:nilerr // ctx has ended
		}
		if answer, err := n.answer(question[:size]); err == nil {
			_, _ = conn.WriteTo(answer, from) // who does not get it asks again
		}
	}
}

// answer gives a name's addresses; that there are none is an answer, too.
func (n *network) answer(packet []byte) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(packet); err != nil {
		return nil, err
	}
	m.Response, m.Authoritative, m.RecursionAvailable = true, true, m.RecursionDesired
	m.Additionals = nil
	m.RCode = dnsmessage.RCodeNameError
	for _, q := range m.Questions {
		all, ok := n.names[strings.TrimSuffix(q.Name.String(), ".")]
		if !ok {
			continue
		}
		m.RCode = dnsmessage.RCodeSuccess
		if q.Type != dnsmessage.TypeA {
			continue
		}
		for _, a := range all {
			var body dnsmessage.AResource
			copy(body.A[:], net.ParseIP(a).To4())
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}, Body: &body})
		}
	}
	return m.Pack()
}
