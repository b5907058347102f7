package wsman

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// shell is one remote shell: a home for commands, bound to the user who made it and not to a connection. It outlives
// a client that disappears, until it idles away.
type shell struct {
	id, user    string
	codePage    int
	dir         string
	environment map[string]string
	idleTimeout time.Duration
	table       *shellTable
	ctx         context.Context
	cancel      context.CancelFunc
	expiry      []*time.Timer // idle and run time

	mu         sync.Mutex
	inFlight   int // requests being answered
	processes  map[string]*process
	operations int // counted against the user's quota, see addProcess
}

// shellTable holds the shells of a server and keeps the quotas.
type shellTable struct {
	limits  limits
	stack   Stack
	backend Backend

	mu     sync.Mutex
	shells map[string]*shell // by upper-case id
	closed bool
}

func newShellTable(l limits, stack Stack, b Backend) *shellTable {
	return &shellTable{limits: l, stack: stack, backend: b, shells: map[string]*shell{}}
}

// find gives a user's shell. The shells of others are not told from those that do not exist.
func (t *shellTable) find(user, id string) *shell {
	t.mu.Lock()
	defer t.mu.Unlock()
	if sh := t.shells[strings.ToUpper(id)]; sh != nil && strings.EqualFold(sh.user, user) {
		return sh
	}
	return nil
}

// ofUser gives the shells of a user. t.mu is held.
func (t *shellTable) ofUser(user string) (own []*shell) {
	for _, sh := range t.shells {
		if strings.EqualFold(sh.user, user) {
			own = append(own, sh)
		}
	}
	return own
}

// add puts a new shell into the table, within the user's quota.
func (t *shellTable) add(sh *shell) *soapFault {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return errGone
	}
	if len(t.ofUser(sh.user)) >= t.limits.shells {
		return shellQuotaFault(t.limits.shells)
	}
	t.shells[strings.ToUpper(sh.id)] = sh
	return nil
}

// remove deletes a shell and kills its commands. why is empty when the client asked for it.
func (t *shellTable) remove(sh *shell, why string) {
	t.mu.Lock()
	known := t.shells[strings.ToUpper(sh.id)] == sh
	delete(t.shells, strings.ToUpper(sh.id))
	t.mu.Unlock()
	if !known {
		return // somebody else was first
	}
	text := sh.id
	if why != "" {
		text += " (" + why + ")"
	}
	t.backend.Record(Event{Event: EventDeleteShell, User: sh.user, Text: text})
	sh.end()
}

// close kills every shell without a word.
func (t *shellTable) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	for _, sh := range t.shells {
		sh.end()
	}
	clear(t.shells)
}

// create makes a shell and writes the body of the reply.
func (s *Server) create(who caller, e *envelope) (string, *soapFault) {
	if e.Body.Shell == nil {
		return "", schemaFault()
	}
	asked := e.Body.Shell
	idle := s.limits.idle
	if asked.IdleTimeOut != "" {
		d, err := parseDuration(asked.IdleTimeOut)
		if err != nil {
			return "", schemaFault() // a bare number: pywinrm 377
		}
		idle = d
	}
	id := newGUID()
	switch {
	case s.options.Stack == Stack11:
		id = "uuid:" + id
	case s.options.Stack >= Stack30 && asked.ShellID != "":
		id = asked.ShellID // older stacks make up their own, whatever the client says
	}
	sh := &shell{
		id: id, user: who.user, codePage: e.codePage(), dir: asked.WorkingDirectory, environment: map[string]string{},
		idleTimeout: idle, table: s.shells, processes: map[string]*process{},
	}
	for _, v := range asked.Variables {
		sh.environment[v.Name] = v.Value
	}
	sh.ctx, sh.cancel = context.WithCancel(s.ctx)
	if fault := s.shells.add(sh); fault != nil {
		sh.cancel()
		return "", fault
	}
	s.backend.Record(Event{Event: EventCreateShell, User: who.user, Text: id})
	sh.mu.Lock()
	sh.expiry = []*time.Timer{
		time.AfterFunc(idle, sh.idledAway),
		time.AfterFunc(s.limits.run, func() { s.shells.remove(sh, "maximum run time") }),
	}
	sh.mu.Unlock()
	return s.createBody(who, sh, asked), nil
}

// createBody writes the answer to Create in the form of the stack. Before 3.0 it is the endpoint reference alone.
func (s *Server) createBody(who caller, sh *shell, asked *shellRequest) string {
	reference := func(address, declarations string) string {
		return fmt.Sprintf(`<x:ResourceCreated%s><a:Address>%s</a:Address><a:ReferenceParameters><w:ResourceURI>%s</w:ResourceURI>`+
			`<w:SelectorSet><w:Selector Name="ShellId">%s</w:Selector></w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>`,
			declarations, escape(address), shellResource, escape(sh.id))
	}
	if s.options.Stack == Stack11 {
		var declarations strings.Builder
		for _, prefix := range []string{"x", "rsp", "w", "a"} {
			fmt.Fprintf(&declarations, ` xmlns:%s="%s"`, prefix, namespaces[prefix])
		}
		return reference(anonymous, declarations.String())
	}
	body := reference(who.url, "")
	if s.options.Stack < Stack30 {
		return body
	}
	dir := ""
	if sh.dir != "" {
		dir = "<rsp:WorkingDirectory>" + escape(sh.dir) + "</rsp:WorkingDirectory>"
	}
	return body + fmt.Sprintf(`<rsp:Shell xmlns:rsp="%s"><rsp:ShellId>%s</rsp:ShellId><rsp:ResourceUri>%s</rsp:ResourceUri><rsp:Owner>%s</rsp:Owner><rsp:ClientIP>%s</rsp:ClientIP>%s`+
		`<rsp:IdleTimeOut>PT%.3fS</rsp:IdleTimeOut><rsp:InputStreams>%s</rsp:InputStreams><rsp:OutputStreams>%s</rsp:OutputStreams>`+
		`<rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime><rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>`,
		namespaces["rsp"], escape(sh.id), shellResource, escape(sh.user), escape(who.client), dir,
		sh.idleTimeout.Seconds(), escape(asked.InputStreams), escape(asked.OutputStreams))
}

// busy and idle bracket every request to a shell: its idle time starts when the last request was answered.
func (sh *shell) busy() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	sh.inFlight++
	if len(sh.expiry) > 0 {
		sh.expiry[0].Stop()
	}
}

func (sh *shell) idle() {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.inFlight--; sh.inFlight == 0 && len(sh.expiry) > 0 && sh.ctx.Err() == nil {
		sh.expiry[0].Reset(sh.idleTimeout)
	}
}

func (sh *shell) idledAway() {
	sh.mu.Lock()
	spared := sh.inFlight > 0 // a request came in as the time ran out
	sh.mu.Unlock()
	if !spared {
		sh.table.remove(sh, "idle timeout")
	}
}

// end kills the commands of a shell that is out of the table.
func (sh *shell) end() {
	sh.cancel()
	sh.mu.Lock()
	defer sh.mu.Unlock()
	for _, timer := range sh.expiry {
		timer.Stop()
	}
	for _, p := range sh.processes {
		p.abort()
	}
}
