package winhost

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/simulator/wsman"
)

const query2003 = `
SERVICE_NAME: W3SVC
DISPLAY_NAME: World Wide Web Publishing Service
        TYPE               : 20  WIN32_SHARE_PROCESS
        STATE              : 4  RUNNING
                                (STOPPABLE,PAUSABLE,ACCEPTS_SHUTDOWN)
        WIN32_EXIT_CODE    : 0  (0x0)
        SERVICE_EXIT_CODE  : 0  (0x0)
        CHECKPOINT         : 0x0
        WAIT_HINT          : 0x0
[SC] GetServiceConfig SUCCESS

SERVICE_NAME: W3SVC
        TYPE               : 20  WIN32_SHARE_PROCESS
        START_TYPE         : 2   AUTO_START
        ERROR_CONTROL      : 1   NORMAL
        BINARY_PATH_NAME   : C:\WINDOWS\System32\svchost.exe -k iissvcs
        LOAD_ORDER_GROUP   :
        TAG                : 0
        DISPLAY_NAME       : World Wide Web Publishing Service
        DEPENDENCIES       : RPCSS
                           : HTTPFilter
                           : IISADMIN
        SERVICE_START_NAME : LocalSystem
`

const query2008Delayed = "\r\nSERVICE_NAME: SPTimerV3 \r\n" +
	"        TYPE               : 10  WIN32_OWN_PROCESS  \r\n" +
	"        STATE              : 3  STOP_PENDING \r\n" +
	"                                (NOT_STOPPABLE, NOT_PAUSABLE, IGNORES_SHUTDOWN)\r\n" +
	"        WIN32_EXIT_CODE    : 0  (0x0)\r\n" +
	"[SC] QueryServiceConfig SUCCESS\r\n\r\nSERVICE_NAME: SPTimerV3\r\n" +
	"        TYPE               : 10  WIN32_OWN_PROCESS \r\n" +
	"        START_TYPE         : 2   AUTO_START  (DELAYED)\r\n" +
	"        ERROR_CONTROL      : 1   NORMAL\r\n" +
	"        BINARY_PATH_NAME   : \"C:\\Program Files\\Common Files\\12\\BIN\\OWSTIMER.EXE\"  \r\n" +
	"        LOAD_ORDER_GROUP   :   \r\n        TAG                : 0  \r\n" +
	"        DISPLAY_NAME       : Windows SharePoint Services Timer: V3  \r\n" +
	"        DEPENDENCIES       :   \r\n        SERVICE_START_NAME : CONTOSO\\sp-farm  \r\n"

const queryPortuguese = `
NOME_DO_SERVIÇO: Spooler
NOME_DE_EXIBIÇÃO: Spooler de Impressão
        TIPO                       : 110  WIN32_OWN_PROCESS  (interactive)
        ESTADO                     : 1  STOPPED
[SC] QueryServiceConfig ÊXITO

NOME_DO_SERVIÇO: Spooler
        TIPO                       : 110  WIN32_OWN_PROCESS (interactive)
        TIPO_DE_INÍCIO             : 4   DISABLED
        CONTROLE_DE_ERROS          : 1   NORMAL
        NOME_DO_CAMINHO_BINÁRIO    : C:\WINDOWS\system32\spoolsv.exe
        GRUPO_DE_ORDEM_DE_CARREGAMENTO : SpoolerGroup
        MARCA                      : 0
        NOME_DE_EXIBIÇÃO           : Spooler de Impressão
        DEPENDÊNCIAS               : RPCSS
        NOME_DE_INÍCIO_DO_SERVIÇO  : LocalSystem
`

func TestParseService(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Service
	}{
		{query2003, Service{"W3SVC", "World Wide Web Publishing Service", ServiceRunning, StartAuto, `C:\WINDOWS\System32\svchost.exe -k iissvcs`, "LocalSystem"}},
		{query2008Delayed, Service{"SPTimerV3", "Windows SharePoint Services Timer: V3", ServiceStopPending, StartAutoDelayed, `"C:\Program Files\Common Files\12\BIN\OWSTIMER.EXE"`, `CONTOSO\sp-farm`}},
		{queryPortuguese, Service{"Spooler", "Spooler de Impressão", ServiceStopped, StartDisabled, `C:\WINDOWS\system32\spoolsv.exe`, "LocalSystem"}},
	} {
		got, err := parseService(tt.text)
		require.NoError(t, err)
		require.Equal(t, tt.want, got)
	}
	for _, bad := range []string{"", "[SC] GetServiceConfig SUCCESS", strings.Replace(query2003, ": 4  RUNNING", ": 9  ?", 1), query2003[:700]} {
		_, err := parseService(bad)
		require.True(t, IsKind(err, KindBadOutput), "%v", err)
	}
}

func FuzzParseService(f *testing.F) {
	f.Add(query2003)
	f.Add(query2008Delayed)
	f.Add(queryPortuguese)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseService(text)
		if err == nil {
			require.NotEmpty(t, s.State)
			require.NotEmpty(t, s.StartMode)
		}
		require.Equal(t, text, strings.Join(splitServices(text), ""), "nothing is lost between two services")
	})
}

// TestParseServices: answers about several services come as one text, in any language.
func TestParseServices(t *testing.T) {
	texts, names := []string{query2003, query2008Delayed, queryPortuguese}, []string{"w3svc", "SPTimerV3", "Spooler"}
	found, ok := parseServices(Result{Stdout: strings.Join(texts, "")}, names)
	require.True(t, ok)
	require.Len(t, found, len(names))
	for i, text := range texts {
		alone, err := parseService(text)
		require.NoError(t, err)
		require.Equal(t, alone, found[i])
	}
	for what, r := range map[string]Result{
		"one is not installed": {Exit: exitNoService, Stdout: query2003},
		"one is missing":       {Stdout: query2003 + query2008Delayed},
		"one is another":       {Stdout: query2003 + query2003 + queryPortuguese},
		"one is cut short":     {Stdout: query2003 + query2008Delayed[:200] + queryPortuguese},
	} {
		_, ok := parseServices(r, names)
		require.False(t, ok, what)
	}
}

// TestServices: one command reads them all; where one is not installed the others are read by themselves.
func TestServices(t *testing.T) {
	tw := newServiceTwin(t, "4  RUNNING", "2   AUTO_START")
	one := tw.command
	tw.command = func(line, stdin string) (int, string, string) {
		if first, second, both := strings.Cut(line, ` && sc query "SPTimerV3"`); both && strings.HasSuffix(second, `"SPTimerV3"`) {
			exit, text, _ := one(first, stdin)
			return exit, text + query2008Delayed, ""
		}
		return one(line, stdin)
	}
	found, err := tw.Services(t.Context(), "W3SVC", "SPTimerV3")
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, "SPTimerV3", found[1].Name)
	require.Len(t, tw.ran(), 1)

	found, err = tw.Services(t.Context(), "NoSuch", "W3SVC")
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, ServiceRunning, found[0].State)
	_, err = tw.Services(t.Context(), "W3SVC", `x" & del *`)
	requireKind(t, err, KindConfig)
}

// TestChangeServiceSetsTheModeFirst: were the server to boot between the two, the service would come back.
func TestChangeServiceSetsTheModeFirst(t *testing.T) {
	tw := newServiceTwin(t, "4  RUNNING", "2   AUTO_START")
	tw.states = []string{"4  RUNNING", "1  STOPPED"}
	s, err := tw.ChangeService(t.Context(), "W3SVC", StartManual, ServiceStopped)
	require.NoError(t, err)
	require.Equal(t, ServiceStopped, s.State)
	require.Equal(t, StartManual, s.StartMode)
	var did []string
	for _, line := range tw.ran() {
		if !strings.HasPrefix(line, "sc query") {
			did = append(did, line)
		}
	}
	require.Equal(t, []string{`sc config "W3SVC" start= demand`, `net stop "W3SVC" /y`}, did)
}

// serviceTwin answers sc and net for one service, W3SVC.
type serviceTwin struct {
	*twin
	state, mode string
	// net is what net stop and net start do: the states that follow, and the answer.
	states []string
	exit   int
	says   string
}

func newServiceTwin(t *testing.T, state, mode string) *serviceTwin {
	s := &serviceTwin{twin: newTwin(t, wsman.Options{}), state: state, mode: mode}
	s.command = func(line, _ string) (int, string, string) {
		switch {
		case line == `sc query "W3SVC" && sc qc "W3SVC"`:
			text := strings.Replace(query2003, ": 4  RUNNING", ": "+s.state, 1)
			text = strings.Replace(text, ": 2   AUTO_START", ": "+s.mode, 1)
			if len(s.states) > 0 {
				s.state, s.states = s.states[0], s.states[1:]
			}
			return 0, text, ""
		case strings.HasPrefix(line, `sc config "W3SVC" start= `):
			word := strings.TrimPrefix(line, `sc config "W3SVC" start= `)
			s.mode = map[string]string{"auto": "2   AUTO_START", "demand": "3   DEMAND_START", "disabled": "4   DISABLED"}[word]
			return 0, "[SC] ChangeServiceConfig SUCCESS", ""
		case line == `net stop "W3SVC" /y`, line == `net start "W3SVC"`:
			if len(s.states) > 0 {
				s.state, s.states = s.states[0], s.states[1:]
			}
			return s.exit, "", s.says
		}
		return exitNoService, "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:", ""
	}
	return s
}

func TestServiceThatIsNotInstalled(t *testing.T) {
	tw := newServiceTwin(t, "4  RUNNING", "2   AUTO_START")
	_, err := tw.Service(t.Context(), "NoSuch")
	requireKind(t, err, KindFailed)
	require.ErrorIs(t, err, ErrNoService)
	require.ErrorIs(t, tw.StopService(t.Context(), "NoSuch"), ErrNoService)
	_, err = tw.Service(t.Context(), `x" & del *`)
	requireKind(t, err, KindConfig)
}

func TestStopAndStartService(t *testing.T) {
	const stop, start = `net stop "W3SVC" /y`, `net start "W3SVC"`
	for name, tt := range map[string]struct {
		state  string
		states []string
		exit   int
		says   string
		start  bool
		acts   bool
		kind   Kind
	}{
		"stopped already":     {state: "1  STOPPED"},
		"running already":     {state: "4  RUNNING", start: true},
		"stops":               {state: "4  RUNNING", states: []string{"4  RUNNING", "1  STOPPED"}, acts: true},
		"stops slowly":        {state: "4  RUNNING", states: []string{"4  RUNNING", "3  STOP_PENDING", "3  STOP_PENDING", "1  STOPPED"}, exit: 2, acts: true},
		"is stopping":         {state: "3  STOP_PENDING", states: []string{"3  STOP_PENDING", "1  STOPPED"}},
		"stopped by another":  {state: "4  RUNNING", states: []string{"1  STOPPED"}, exit: 2, says: "NET HELPMSG 3521.", acts: true},
		"cannot be stopped":   {state: "4  RUNNING", exit: 2, says: "The requested pause or stop is not valid. NET HELPMSG 2191.", acts: true, kind: KindFailed},
		"starts":              {state: "1  STOPPED", states: []string{"1  STOPPED", "2  START_PENDING", "4  RUNNING"}, start: true, acts: true},
		"falls over at start": {state: "1  STOPPED", states: []string{"1  STOPPED", "2  START_PENDING", "1  STOPPED"}, start: true, acts: true, kind: KindFailed},
		"may not be started":  {state: "1  STOPPED", exit: 5, says: "System error 5 has occurred.", start: true, acts: true, kind: KindDenied},
	} {
		t.Run(name, func(t *testing.T) {
			tw := newServiceTwin(t, tt.state, "3   DEMAND_START")
			tw.states, tw.exit, tw.says = tt.states, tt.exit, tt.says
			do, line := tw.StopService, stop
			if tt.start {
				do, line = tw.StartService, start
			}
			err := do(t.Context(), "W3SVC")
			if tt.kind == "" {
				require.NoError(t, err)
			} else {
				requireKind(t, err, tt.kind)
			}
			if tt.acts {
				require.Contains(t, tw.ran(), line)
			} else {
				require.NotContains(t, tw.ran(), line)
			}
		})
	}
}

func TestSetStartMode(t *testing.T) {
	tw := newServiceTwin(t, "4  RUNNING", "2   AUTO_START")
	require.NoError(t, setMode(t, tw.Host, "W3SVC", StartManual))
	require.Equal(t, "3   DEMAND_START", tw.mode)
	require.NoError(t, setMode(t, tw.Host, "W3SVC", StartManual))
	configs := 0
	for _, line := range tw.ran() {
		if strings.HasPrefix(line, "sc config") {
			configs++
		}
	}
	require.Equal(t, 1, configs, "what is right is left alone")
	requireKind(t, setMode(t, tw.Host, "W3SVC", StartBoot), KindConfig)
}

func TestSetStartModeIsProven(t *testing.T) {
	tw := newServiceTwin(t, "4  RUNNING", "2   AUTO_START")
	answer := tw.command
	tw.command = func(line, stdin string) (int, string, string) {
		if strings.HasPrefix(line, "sc config") {
			return 0, "[SC] ChangeServiceConfig SUCCESS", "" // and nothing changes
		}
		return answer(line, stdin)
	}
	err := setMode(t, tw.Host, "W3SVC", StartDisabled)
	requireKind(t, err, KindFailed)
	require.ErrorContains(t, err, fmt.Sprint(StartDisabled))
}

// setMode sets how a service starts, and leaves it running or stopped.
func setMode(t *testing.T, h *Host, name string, mode StartMode) error {
	t.Helper()
	_, err := h.ChangeService(t.Context(), name, mode, "")
	return err
}
