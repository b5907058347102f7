package wsman

import (
	"bytes"
	"io"
	"sync"
)

// inputPipe is the standard input of a command. It takes all a client sends, so that Send never waits.
type inputPipe struct {
	mu     sync.Mutex
	ready  *sync.Cond
	buffer bytes.Buffer
	ended  bool // the client closed it
	broken bool // the command has ended
}

func newInputPipe() *inputPipe {
	p := &inputPipe{}
	p.ready = sync.NewCond(&p.mu)
	return p
}

// feed adds data, and the end when last. It is false when nobody is there to read.
func (p *inputPipe) feed(data []byte, last bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken || p.ended {
		return false
	}
	p.buffer.Write(data)
	p.ended = last
	p.ready.Broadcast()
	return true
}

// abort breaks the pipe: readers stop, and feeding fails.
func (p *inputPipe) abort() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = true
	p.ready.Broadcast()
}

// Read waits for input. It gives io.EOF once the client closed the stream, io.ErrClosedPipe once the command is to die.
func (p *inputPipe) Read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.broken:
			return 0, io.ErrClosedPipe
		case p.buffer.Len() > 0:
			return p.buffer.Read(b)
		case p.ended:
			return 0, io.EOF
		case len(b) == 0:
			return 0, nil
		}
		p.ready.Wait()
	}
}
