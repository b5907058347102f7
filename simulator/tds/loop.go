package tds

import (
	"context"
	"errors"
	"sync"
)

// request is one message to be answered. The client may ask to stop it from the moment it was read, so reading never
// stops while a request waits or runs.
type request struct {
	message
	ctx    context.Context
	cancel context.CancelFunc

	mu      sync.Mutex
	stopped bool // by an attention
	over    bool
}

// stop cancels the request; false means that it was over already.
func (r *request) stop() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return false
	}
	r.stopped = true
	r.cancel()
	return true
}

// end marks the request as over and says whether the client asked to stop it: the reply must then acknowledge that.
func (r *request) end() (stopped bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	return r.stopped
}

// requests answers one request after the other.
func (c *conn) requests() error {
	incoming := make(chan *request)
	var reading sync.WaitGroup
	reading.Go(func() {
		defer c.cancel() // the client is gone: stop what runs for it
		defer close(incoming)
		c.read(incoming)
	})
	defer reading.Wait()
	defer c.raw.Close()
	for r := range incoming {
		c.server.options.Traffic.Request()
		if err := c.answer(r); err != nil {
			if errors.Is(err, errDropped) {
				reset(c.raw)
			}
			c.cancel()
			return err
		}
	}
	return nil
}

// read hands requests on until the connection ends. An attention goes past the queue to the request it means.
func (c *conn) read(incoming chan<- *request) {
	var current *request
	for {
		m, err := readMessage(c.net, maxRequestMessage)
		if err != nil {
			return
		}
		if m.kind == packetAttention && current != nil && current.stop() {
			continue
		}
		current = &request{message: m}
		current.ctx, current.cancel = context.WithCancel(c.ctx)
		select {
		case incoming <- current:
		case <-c.ctx.Done():
			current.cancel()
			return
		}
	}
}

// answer handles one request. An error ends the connection.
func (c *conn) answer(r *request) error {
	defer r.cancel()
	w := c.writer(r.kind == packetRPC)
	failure, err := c.perform(r, w)
	stopped := r.end() || r.kind == packetAttention // one that came when all was over is acknowledged on its own
	switch {
	case err != nil && (!stopped || errors.Is(err, errDropped)):
		return err
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	}
	if err := w.finish(failure, stopped); err != nil {
		return err
	}
	if failure != nil && failure.Class >= fatalClass {
		return failure
	}
	return nil
}

// perform does what a request asks for. A failure goes to the client, an error ends the connection.
func (c *conn) perform(r *request, w *Writer) (*Error, error) {
	if r.kind == packetAttention {
		return nil, nil
	}
	if r.ignored {
		w.failed = true
		return nil, nil
	}
	if r.reset {
		c.server.backend.Forget(c.session)
		c.session.Database = c.home
		w.environment(envResetAck, []byte{0}, []byte{0})
	}
	o := Operation{Kind: "batch", User: c.session.User, Database: c.session.Database}
	var params []Param
	var err error
	switch r.kind {
	case packetBatch:
		o.Text, err = parseBatch(r.data, c.session.dialect)
	case packetRPC:
		o.Kind = "rpc"
		o.Text, params, err = parseRPC(r.data, c.session.dialect)
	default:
		err = errors.New("tds: unexpected packet type")
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure, nil
	}
	if err != nil {
		return nil, err
	}
	c.server.backend.Record(Event{Event: o.Kind, User: o.User, Text: o.Text})
	return c.execute(r.ctx, o, params, w)
}

// execute runs a statement under the faults ordered for it.
func (c *conn) execute(ctx context.Context, o Operation, params []Param, w *Writer) (*Error, error) {
	fault, err := c.strike(ctx, o)
	if err != nil {
		return nil, err
	}
	if fault != nil && fault.Kind == Fail {
		return fault.Error, nil
	}
	err = c.server.backend.Execute(ctx, c.session, o.Text, params, w)
	if fault != nil && fault.Kind == ResetAfter {
		return nil, errDropped
	}
	if failure, ok := errors.AsType[*Error](err); ok {
		return failure, nil
	}
	return nil, errors.Join(err, w.err)
}
