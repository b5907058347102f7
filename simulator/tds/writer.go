package tds

import (
	"encoding/binary"
)

// Token types of a reply ([MS-TDS] 2.2.4).
const (
	tokenReturnStatus = 0x79
	tokenColumns      = 0x81
	tokenError        = 0xAA
	tokenInfo         = 0xAB
	tokenLoginAck     = 0xAD
	tokenRow          = 0xD1
	tokenEnvChange    = 0xE3
	tokenSSPI         = 0xED
	tokenDone         = 0xFD
	tokenDoneProc     = 0xFE
	tokenDoneInProc   = 0xFF
)

// Status bits of the DONE family.
const (
	doneMore      = 0x01
	doneError     = 0x02
	doneCount     = 0x10
	doneAttention = 0x20
)

// Kinds of ENVCHANGE.
const (
	envDatabase   = 1
	envLanguage   = 2
	envPacketSize = 4
	envCollation  = 7
	envResetAck   = 18
)

// Writer writes the answer to one request. It belongs to the goroutine that executes the request. The first failure sticks
// and is found in Err; what is written after it is dropped.
type Writer struct {
	out     *packetWriter
	session *Session
	server  string
	call    bool // answers a procedure call: DONEINPROC and DONEPROC instead of DONE
	columns []Column
	pending *done // a DONE is held back until it is known whether it is the last
	status  int32 // of a procedure call
	failed  bool  // an ERROR was written since the last DONE
	err     error
}

type done struct {
	status uint16
	count  uint64
}

// Err is the first failure: the client is gone, or a value did not fit its column.
func (w *Writer) Err() error { return w.err }

// Columns begins a result set.
func (w *Writer) Columns(columns ...Column) {
	w.columns = columns
	b := binary.LittleEndian.AppendUint16([]byte{tokenColumns}, uint16(len(columns)))
	for _, c := range columns {
		b = c.metadata(b, w.session.dialect)
	}
	w.put(b)
}

// Row writes one row of the result set begun last: one value per column, nil for NULL, integers as int, int32, int64 or
// bool, datetime as time.Time whose wall clock is kept, uniqueidentifier as text.
func (w *Writer) Row(values ...any) {
	b := []byte{tokenRow}
	for i, c := range w.columns {
		var v any
		if i < len(values) {
			v = values[i]
		}
		var err error
		if b, err = c.value(b, v, w.session.dialect); err != nil {
			w.fail(err)
			return
		}
	}
	w.put(b)
}

// Info writes a message of severity 0 to 10, as PRINT and BACKUP do, and sends everything so far: progress arrives live.
func (w *Writer) Info(number int32, class uint8, text string) {
	w.message(tokenInfo, &Error{Number: number, State: 1, Class: class, Message: text})
	w.flush()
}

// Error writes an error and lets the request go on; the last error of a request is returned from Execute instead.
func (w *Writer) Error(e *Error) {
	w.message(tokenError, e)
	w.failed = true
}

// Done ends a statement that counted rows.
func (w *Writer) Done(rows uint64) { w.done(doneCount, rows) }

// DoneQuiet ends a statement that counts none, as SET and BACKUP.
func (w *Writer) DoneQuiet() { w.done(0, 0) }

// UseDatabase changes the session's database and tells the client: ENVCHANGE and message 5701.
func (w *Writer) UseDatabase(name string) {
	w.environment(envDatabase, shortText(nil, name), shortText(nil, w.session.Database))
	w.session.Database = name
	w.message(tokenInfo, &Error{Number: 5701, State: 1, Class: 0, Message: "Changed database context to '" + name + "'."})
}

// Return ends a procedure with its return code: of the call that is answered, or of an EXEC within a batch.
func (w *Writer) Return(code int32) {
	if w.call {
		w.status = code
		return
	}
	w.put(binary.LittleEndian.AppendUint32([]byte{tokenReturnStatus}, uint32(code)))
	w.DoneQuiet()
}

func (w *Writer) done(status uint16, rows uint64) {
	w.settle(doneMore)
	if w.failed {
		status |= doneError
		w.failed = false
	}
	w.pending = &done{status: status, count: rows}
}

// settle writes the DONE held back, if there is one, with what is now known about it.
func (w *Writer) settle(more uint16) {
	if w.pending == nil {
		return
	}
	p := *w.pending
	w.pending = nil
	token := byte(tokenDone)
	if w.call {
		token = tokenDoneInProc
	}
	w.doneToken(token, p.status|more, p.count)
}

func (w *Writer) doneToken(token byte, status uint16, rows uint64) {
	b := binary.LittleEndian.AppendUint16([]byte{token}, status)
	b = binary.LittleEndian.AppendUint16(b, 0) // current command
	if w.session.dialect >= dialect72 {
		b = binary.LittleEndian.AppendUint64(b, rows)
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(rows))
	}
	w.write(b)
}

// finish ends the reply: with the error if there is one, and as an acknowledged attention if the client asked to stop.
func (w *Writer) finish(failure *Error, attention bool) error {
	if failure != nil && !attention {
		w.Error(failure)
	}
	switch {
	case attention:
		w.settle(doneMore)
		w.doneToken(tokenDone, doneAttention, 0)
	case w.call:
		w.settle(doneMore)
		status := w.status
		if w.failed && status == 0 {
			status = failure.number()
		}
		w.write(binary.LittleEndian.AppendUint32([]byte{tokenReturnStatus}, uint32(status)))
		w.doneToken(tokenDoneProc, w.errorBit(), 0)
	case w.failed || w.pending == nil:
		w.settle(doneMore)
		w.doneToken(tokenDone, w.errorBit(), 0)
	default:
		w.settle(0)
	}
	if w.err == nil {
		w.err = w.out.end()
	}
	return w.err
}

func (w *Writer) errorBit() uint16 {
	if w.failed {
		return doneError
	}
	return 0
}

// number is the return status of a failed call: the error's number, or 1.
func (e *Error) number() int32 {
	if e == nil {
		return 1
	}
	return e.Number
}

func (w *Writer) message(token byte, e *Error) {
	body := binary.LittleEndian.AppendUint32(nil, uint32(e.Number))
	body = append(body, e.State, e.Class)
	body = longText(body, e.Message)
	body = shortText(body, w.server)
	body = shortText(body, e.Procedure)
	line := max(e.Line, 1)
	if w.session.dialect >= dialect72 {
		body = binary.LittleEndian.AppendUint32(body, uint32(line))
	} else {
		body = binary.LittleEndian.AppendUint16(body, uint16(line))
	}
	w.sized(token, body)
}

func (w *Writer) environment(kind byte, newValue, oldValue []byte) {
	w.sized(tokenEnvChange, append(append([]byte{kind}, newValue...), oldValue...))
}

// sized writes a token whose body follows a 16-bit length.
func (w *Writer) sized(token byte, body []byte) {
	w.put(append(binary.LittleEndian.AppendUint16([]byte{token}, uint16(len(body))), body...))
}

// put writes a token that is no DONE: a DONE held back was then not the last.
func (w *Writer) put(b []byte) {
	w.settle(doneMore)
	w.write(b)
}

func (w *Writer) write(b []byte) {
	if w.err == nil {
		_, err := w.out.Write(b)
		w.fail(err)
	}
}

func (w *Writer) flush() {
	if w.err == nil {
		w.fail(w.out.flush())
	}
}

func (w *Writer) fail(err error) {
	if w.err == nil && err != nil {
		w.err = err
	}
}
