package wsman

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	maxReceive      = 90 << 10 // bytes of output in one reply: base64 of it stays below an envelope of 150 KB
	chunkOverhead   = 128      // what a Stream element adds to its data
	replyOverhead   = 2 << 10  // what the envelope around the streams takes
	defaultTimeout  = 60 * time.Second
	maxTimeout      = 60 * time.Second // MaxTimeoutms of winrm/config
	commandState    = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/"
	wrappedLineSize = 64 // Stack11 breaks its base64 into lines
)

// receive is the long poll for output: it answers as soon as there is something to say, and with the fault of a
// timed-out operation when there is nothing for the whole OperationTimeout.
func (s *Server) receive(ctx context.Context, p *process, e *envelope) (string, *soapFault) {
	timeout := defaultTimeout
	if e.Header.OperationTimeout != "" {
		d, err := parseDuration(e.Header.OperationTimeout)
		if err != nil {
			return "", operationTimeoutFault()
		}
		timeout = min(d, maxTimeout)
	}
	budget := maxReceive
	if n := e.Header.MaxEnvelopeSize; n > 0 {
		budget = max(min(budget, (n-replyOverhead)/4*3), maxChunk+chunkOverhead)
	}
	wanted := strings.Fields(e.Body.Receive.DesiredStream.Names)
	patience := time.NewTimer(timeout)
	defer patience.Stop()
	for {
		part, changed := p.take(wanted, budget)
		switch {
		case part.aborted:
			return "", abortedFault()
		case part.gone:
			return "", commandGoneFault()
		case len(part.chunks) > 0 || part.done:
			return s.receiveBody(p.id, wanted, part), nil
		}
		select {
		case <-changed:
		case <-patience.C:
			return "", timedOutFault()
		case <-ctx.Done():
			return "", errGone
		}
	}
}

// output is what one Receive may tell.
type output struct {
	chunks              []chunk
	done, aborted, gone bool
	exit                int
}

// take removes output of the wanted streams up to a budget in bytes. What was taken is gone, even if the reply never
// arrives: the protocol has no acknowledgement.
func (p *process) take(wanted []string, budget int) (output, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := output{aborted: p.aborted, gone: p.reported}
	if o.aborted || o.gone {
		return o, p.changed
	}
	more := false
	p.output = slices.DeleteFunc(p.output, func(c chunk) bool {
		if more || !slices.Contains(wanted, c.stream) {
			return false
		}
		if budget -= c.weight(); budget < 0 {
			more = true
			return false
		}
		o.chunks = append(o.chunks, c)
		p.pending -= c.weight()
		return true
	})
	o.done, o.exit = p.ended && !more, p.exit
	p.reported = o.done
	if len(o.chunks) > 0 { // a writer may be waiting for room
		close(p.changed)
		p.changed = make(chan struct{})
	}
	return o, p.changed
}

// receiveBody writes streams and state. The exit code is told only with the end, except by Stack11, which tells
// several states in one reply.
func (s *Server) receiveBody(id string, wanted []string, o output) string {
	w := receiveWriter{id: escape(id), old: s.options.Stack == Stack11}
	w.WriteString("<rsp:ReceiveResponse>")
	for _, c := range o.chunks {
		w.stream(c.stream, c.data)
	}
	if w.old {
		w.state("Running", 0, true)
	}
	switch {
	case !o.done && !w.old:
		w.state("Running", 0, false)
	case o.done:
		if w.old {
			w.state("Pending", o.exit, true)
		}
		for _, name := range []string{"stdout", "stderr"} {
			if slices.Contains(wanted, name) {
				w.end(name)
			}
		}
		w.state("Done", o.exit, true)
	}
	w.WriteString("</rsp:ReceiveResponse>")
	return w.String()
}

// receiveWriter writes the elements of a ReceiveResponse. The old form declares the namespace on each of them and
// orders attributes otherwise.
type receiveWriter struct {
	strings.Builder
	id  string
	old bool
}

func (w *receiveWriter) stream(name string, data []byte) {
	text := base64.StdEncoding.EncodeToString(data)
	if w.old {
		var lines []string
		for line := range slices.Chunk([]byte(text), wrappedLineSize) {
			lines = append(lines, string(line))
		}
		text = strings.Join(lines, "\n")
	}
	fmt.Fprintf(w, `<rsp:Stream%s Name="%s" CommandId="%s">%s</rsp:Stream>`, w.declaration(), name, w.id, text)
}

func (w *receiveWriter) end(name string) {
	fmt.Fprintf(w, `<rsp:Stream%s Name="%s" CommandId="%s" End="true"></rsp:Stream>`, w.declaration(), name, w.id)
}

func (w *receiveWriter) state(state string, exit int, withExit bool) {
	attributes := fmt.Sprintf(`CommandId="%s" State="%s%s"`, w.id, commandState, state)
	if w.old {
		attributes = fmt.Sprintf(`State="%s%s" CommandId="%s"`, commandState, state, w.id)
	}
	fmt.Fprintf(w, `<rsp:CommandState%s %s>`, w.declaration(), attributes)
	if withExit {
		fmt.Fprintf(w, `<rsp:ExitCode>%d</rsp:ExitCode>`, exit)
	}
	w.WriteString("</rsp:CommandState>")
}

func (w *receiveWriter) declaration() string {
	if w.old {
		return fmt.Sprintf(` xmlns:rsp="%s"`, namespaces["rsp"])
	}
	return ""
}
