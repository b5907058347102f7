package scripts_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"farmhand/scripts"
)

func TestParse(t *testing.T) {
	service := scripts.Record{Kind: "service", Fields: map[string]string{"name": "W3SVC", "display": "Größe\t100%"}}
	text := "service\tname=W3SVC\tdisplay=Gr%00F6%00DFe%0009100%0025"
	for _, tt := range []struct {
		name, stdout string
		want         []scripts.Record
		err          error
	}{
		{"one record", text + "\r\n##END\r\n##RC=0 n1\r\n", []scripts.Record{service}, nil},
		{"byte order mark", "\uFEFF" + text + "\n##RC=0 n1", []scripts.Record{service}, nil},
		{"no records", "##END\n##RC=0 n1\n", nil, nil},
		{"blank lines and carriage returns", "\r\r\n\r\n" + text + "\r\r\n##RC=0 n1\r\r\n", []scripts.Record{service}, nil},
		{"text after the sentinel", text + "\n##RC=0 n1\nbye\n", []scripts.Record{service}, nil},
		{"empty", "", nil, &scripts.IncompleteError{}},
		{"cut short", text + "\n##RC=0 n", nil, &scripts.IncompleteError{Tail: text + "\n##RC=0 n"}},
		{"sentinel of another call", "##RC=0 n2\n", nil, &scripts.IncompleteError{Tail: "##RC=0 n2"}},
		{"end of script is no sentinel", text + "\n##END\n", nil, &scripts.IncompleteError{Tail: text + "\n##END"}},
		{"threw", text + "\nerror\ttext=Access%0020is denied\n##RC=1 n1\n", nil, &scripts.FailedError{Text: "Access is denied"}},
		{"threw without words", "At line:1\n##RC=1 n1\n", nil, &scripts.FailedError{Text: "At line:1"}},
		{"noise", "Loading personal profile\n##RC=0 n1\n", nil, &scripts.MalformedError{Line: "Loading personal profile"}},
		{"bad escape", "a\tb=%00G0\n##RC=0 n1\n", nil, &scripts.MalformedError{Line: "a\tb=%00G0"}},
		{"short escape", "a\tb=%00\n##RC=0 n1\n", nil, &scripts.MalformedError{Line: "a\tb=%00"}},
		{"field twice", "a\tb=1\tb=2\n##RC=0 n1\n", nil, &scripts.MalformedError{Line: "a\tb=1\tb=2"}},
		{"field without value", "a\tb\n##RC=0 n1\n", nil, &scripts.MalformedError{Line: "a\tb"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := scripts.Parse(tt.stdout, "n1")
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.err, err)
		})
	}
}

func TestParseFile(t *testing.T) {
	got, err := scripts.ParseFile("sql\tserver=SQL01,1433\tok=true\r\n##END\r\n")
	require.NoError(t, err)
	require.Len(t, got, 1)
	require.True(t, got[0].Bool("ok"))

	_, err = scripts.ParseFile("sql\tserver=SQL01,1433\tok=true\r\n")
	require.ErrorAs(t, err, new(*scripts.IncompleteError))

	_, err = scripts.ParseFile("error\ttext=no farm\r\n")
	require.Equal(t, &scripts.FailedError{Text: "no farm"}, err)
}

func TestTailOfAnIncompleteAnswerIsBounded(t *testing.T) {
	_, err := scripts.Parse(strings.Repeat("x", 10_000)+"END", "n1")
	var incomplete *scripts.IncompleteError
	require.ErrorAs(t, err, &incomplete)
	require.LessOrEqual(t, len(incomplete.Tail), 400)
	require.True(t, strings.HasSuffix(incomplete.Tail, "END"))
}

func TestFields(t *testing.T) {
	r := scripts.Record{Kind: "boot", Fields: map[string]string{"time": "2008-07-15T20:04:05Z", "n": "-12", "yes": "true", "no": "false", "word": "x"}}
	at, err := r.Time("time")
	require.NoError(t, err)
	require.Equal(t, time.Date(2008, 7, 15, 20, 4, 5, 0, time.UTC), at)
	n, err := r.Int("n")
	require.NoError(t, err)
	require.EqualValues(t, -12, n)
	require.True(t, r.Bool("yes"))
	require.False(t, r.Bool("no"))
	require.False(t, r.Bool("absent"))
	require.Empty(t, r.Get("absent"))

	var field *scripts.FieldError
	_, err = r.Int("word")
	require.ErrorAs(t, err, &field)
	require.Equal(t, "word", field.Field)
	_, err = r.Time("absent")
	require.ErrorAs(t, err, &field)
	require.Equal(t, "absent", field.Field)
}

func TestRecordsRoundTrip(t *testing.T) {
	word := rapid.StringMatching(`[a-z][a-z0-9_]{0,8}`)
	rapid.Check(t, func(t *rapid.T) {
		var want []scripts.Record
		var b strings.Builder
		for range rapid.IntRange(0, 5).Draw(t, "count") {
			r := scripts.Record{
				Kind:   word.Draw(t, "kind"),
				Fields: rapid.MapOfN(word, rapid.String(), 0, 4).Draw(t, "fields"),
			}
			want = append(want, r)
			b.WriteString(r.String() + "\r\n")
		}
		got, err := scripts.Parse(b.String()+"##END\r\n##RC=0 n1\r\n", "n1")
		require.NoError(t, err)
		require.Equal(t, want, got)
		got, err = scripts.ParseFile(b.String() + "##END\r\n")
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func FuzzParse(f *testing.F) {
	f.Add("boot\ttime=2008-07-15T20:04:05Z\n##RC=0 n1\n")
	f.Add("error\ttext=%D83D%DE00\n##RC=1 n1\n")
	f.Add("\uFEFF##END\n")
	f.Fuzz(func(t *testing.T, stdout string) {
		records, err := scripts.Parse(stdout, "n1")
		if err != nil {
			require.Nil(t, records)
		}
		for _, r := range records { // what was read can be written and read again
			again, err := scripts.Parse(r.String()+"\n##RC=0 n2", "n2")
			require.NoError(t, err)
			require.Equal(t, []scripts.Record{r}, again)
		}
		_, _ = scripts.ParseFile(stdout)
	})
}
