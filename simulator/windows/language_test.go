package windows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
)

var verb = regexp.MustCompile(`%[-0-9.]*[a-z]`)

// literals are the texts in this package's own files.
func literals(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	names, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range names {
		if strings.HasPrefix(name, "language") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				text, err := strconv.Unquote(l.Value)
				require.NoError(t, err)
				found[text] = true
			}
			return true
		})
	}
	return found
}

// TestFrenchTextsAreUsed: a translation whose English text nobody prints any more would leave English in its
// place, and one with other verbs would print rubbish.
func TestFrenchTextsAreUsed(t *testing.T) {
	t.Parallel()
	printed := literals(t)
	for english, french := range frenchTexts {
		require.True(t, printed[strings.TrimSuffix(english, netMore)], "nobody prints %q", english)
		require.Equal(t, verb.FindAllString(english, -1), verb.FindAllString(french, -1), english)
	}
}

func french(name string) Spec {
	s := server2003(name)
	s.Language = French
	s.Services = append(s.Services, Service{Name: "IISADMIN", Display: "IIS Admin Service"})
	return s
}

// decoded reads what a shell printed in a code page.
func decoded(t *testing.T, page *charmap.Charmap, text string) string {
	t.Helper()
	out, err := page.NewDecoder().String(text)
	require.NoError(t, err)
	return out
}

func TestFrenchLabels(t *testing.T) {
	for _, tt := range []struct {
		name, line, stdin, stdout, stderr string
		exit                              int
	}{
		{"no service", "sc query nothing", "", "[SC] EnumQueryServicesStatus:OpenService échec(s) 1060 :\n\nLe service spécifié n'existe pas en tant que service installé.\n\n", "", 1060},
		{"net refuses by number", "net stop IISADMIN", "", "", "Le service Service d'administration IIS n'est pas lancé.\n\nVous obtiendrez une aide supplémentaire en entrant NET HELPMSG 3521.\n\n", 2},
		{"no file", `type D:\nothing.txt`, "", "", "Le fichier spécifié est introuvable.\n", 1},
		{"code page", "chcp", "", "Page de codes active : 850\n", "", 0},
		{"groups in English", `cacls D:\farmhand /T /G SYSTEM:F Administrators:F`, "O\r\n", "", "Le mappage entre les noms de compte et les ID de sécurité n'a pas été effectué.\n", 1332},
		{"yes is O", `cacls D:\farmhand /T /G "Système":F "Administrateurs":F "CONTOSO\sp-setup":F`, "Y\r\n", "Êtes-vous sûr (O/N) ?", "", 1},
		{"groups in French", `cacls D:\farmhand /T /G "Système":F "Administrateurs":F "CONTOSO\sp-setup":F`, "O\r\n", "Êtes-vous sûr (O/N) ?répertoire traité : D:\\farmhand\n", "", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := newConsole(t, french("APP01"))
			stdout, stderr, exit := c.runIn(850, tt.line, tt.stdin)
			require.Equal(t, tt.exit, exit)
			require.Equal(t, tt.stdout, decoded(t, charmap.CodePage850, stdout))
			require.Equal(t, tt.stderr, decoded(t, charmap.CodePage850, stderr))
		})
	}
}

func TestServer2003ClosesFoldersWithCacls(t *testing.T) {
	c := newConsole(t, server2003("APP01"))
	_, stderr, exit := c.run(`icacls D:\farmhand /inheritance:r`, "")
	require.Equal(t, 87, exit)
	require.Equal(t, "Invalid parameter \"/inheritance:r\"\n", stderr)
	stdout, _, exit := c.run(`cacls D:\farmhand /E /G Administrators:F`, "")
	require.Zero(t, exit)
	require.Equal(t, "processed dir: D:\\farmhand\n", stdout)
}
