package tds

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Param is one parameter of a remote procedure call or of sp_executesql.
type Param struct {
	Name  string // with its @; "@P1" and so on where the client gave none
	Value any    // nil, int64, bool, float64, string, []byte or time.Time (UTC)
}

var errBatch = errors.New("tds: malformed SQL batch")

// stripHeaders removes ALL_HEADERS, which batches and calls carry since 7.2 ([MS-TDS] 2.2.5.3).
func stripHeaders(data []byte, d dialect) ([]byte, error) {
	if d < dialect72 {
		return data, nil
	}
	if len(data) < 4 {
		return nil, errBatch
	}
	size := uint64(binary.LittleEndian.Uint32(data))
	if size < 4 || size > uint64(len(data)) {
		return nil, errBatch
	}
	return data[size:], nil
}

func parseBatch(data []byte, d dialect) (string, error) {
	body, err := stripHeaders(data, d)
	if err != nil {
		return "", err
	}
	if len(body)%2 != 0 {
		return "", errBatch
	}
	return utf16Text(body), nil
}

// procExecuteSQL is the number of sp_executesql among the procedures a client may name by number.
const procExecuteSQL = 10

// parseRPC reads one call ([MS-TDS] 2.2.6.6). sp_executesql becomes its statement; any other procedure becomes EXEC with
// its parameters as variables. An *Error is for the client.
func parseRPC(data []byte, d dialect) (statement string, params []Param, err error) {
	body, err := stripHeaders(data, d)
	if err != nil {
		return "", nil, err
	}
	r := &reader{data: body}
	name, number := "", uint16(0)
	if n := r.uint16(); n == 0xFFFF {
		number = r.uint16()
	} else {
		name = utf16Text(r.bytes(2 * int(n)))
	}
	r.uint16() // option flags
	for r.err == nil && len(r.data) > 0 {
		if r.data[0] == 0xFF || r.data[0] == 0x80 {
			return "", nil, malformedRPC("Several calls in one message are not supported.")
		}
		params = append(params, r.param(len(params)))
	}
	if r.err != nil {
		return "", nil, malformedRPC(r.err.Error())
	}
	switch {
	case number == procExecuteSQL, strings.EqualFold(name, "sp_executesql"):
		return executeSQL(params)
	case name == "":
		return "", nil, &Error{Number: 2812, State: 62, Class: 16,
			Message: fmt.Sprintf("Could not find stored procedure '%d'.", number)}
	default:
		return executeProcedure(name, params), params, nil
	}
}

// executeSQL takes the statement from the first parameter and drops the second, the list of declarations.
func executeSQL(params []Param) (string, []Param, error) {
	if len(params) == 0 {
		return "", nil, malformedRPC("sp_executesql without a statement.")
	}
	statement, ok := params[0].Value.(string)
	if !ok {
		return "", nil, &Error{Number: 214, State: 2, Class: 16, Procedure: "sp_executesql",
			Message: "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'."}
	}
	return statement, params[min(2, len(params)):], nil
}

// executeProcedure writes the call as a statement; what the client gave by place stays by place.
func executeProcedure(name string, params []Param) string {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = p.Name
		if p.Name != placeName(i) {
			names[i] += " = " + p.Name
		}
	}
	return strings.TrimSpace("EXEC " + name + " " + strings.Join(names, ", "))
}

// param reads a name, status flags, type and value. place counts from zero and names parameters sent without a name.
func (r *reader) param(place int) Param {
	p := Param{Name: utf16Text(r.bytes(2 * int(r.byte())))}
	if p.Name == "" {
		p.Name = placeName(place)
	}
	r.byte() // status: by reference, default value
	p.Value = r.typedValue()
	return p
}

// placeName is the name of a parameter that was sent without one; place counts from zero.
func placeName(place int) string { return "@P" + strconv.Itoa(place+1) }
