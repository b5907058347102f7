package config

import (
	"reflect"

	"farmhand/internal/farm"
)

// The words that stand for a choice in files. The check_*.go files refuse any other, and the schemas offer them.
var (
	schemes         = []string{"http", "https"}
	authentications = []string{"ntlm", "basic", "kerberos"}
	tlsVersions     = []string{"1.0", "1.1", "1.2"}
	logLevels       = []string{"debug", "info", "warn", "error"}
	logFormats      = []string{"text", "json"}

	sqlAuths       = texts(farm.SQLAuthNTLM, farm.SQLAuthKerberos)
	encryptions    = texts(farm.EncryptNone, farm.EncryptLogin, farm.EncryptRequired)
	executions     = texts(farm.ExecutionAutomatic, farm.ExecutionManual)
	backupModes    = texts(farm.BackupFull, farm.BackupDifferential, farm.BackupProve)
	mirrorings     = texts(farm.MirroringPause, farm.MirroringProvePrincipal)
	clientPolicies = texts(farm.ClientsWarn, farm.ClientsHold)
	strategies     = texts(farm.StrategyInPlace, farm.StrategyDetach)
	processors     = texts(farm.X86, farm.X64)
	languageOrders = texts(farm.LanguagesBefore, farm.LanguagesAfter)
	taskTimes      = texts(farm.TaskBefore, farm.TaskAfter)
	busyPolicies   = texts(farm.BusyRefuse, farm.BusyWait)
	expiries       = texts(farm.ExpiryHold, farm.ExpiryReject)
	mailTLS        = texts(MailStartTLS, MailImplicitTLS, MailWithoutTLS)
)

// texts are words of a type of their own as text.
func texts[S ~string](words ...S) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}

// wordsOfType are the words of a type that holds nothing else.
var wordsOfType = map[reflect.Type][]string{
	reflect.TypeFor[farm.Encrypt]():         encryptions,
	reflect.TypeFor[farm.SQLAuth]():         sqlAuths,
	reflect.TypeFor[farm.Execution]():       executions,
	reflect.TypeFor[farm.BackupMode]():      backupModes,
	reflect.TypeFor[farm.MirroringPolicy](): mirrorings,
	reflect.TypeFor[farm.ClientPolicy]():    clientPolicies,
	reflect.TypeFor[farm.Strategy]():        strategies,
	reflect.TypeFor[farm.Architecture]():    processors,
	reflect.TypeFor[farm.LanguageOrder]():   languageOrders,
	reflect.TypeFor[farm.TaskTime]():        taskTimes,
	reflect.TypeFor[farm.BusyPolicy]():      busyPolicies,
	reflect.TypeFor[farm.ExpiryPolicy]():    expiries,
	reflect.TypeFor[farm.GateName]():        gateNames,
	reflect.TypeFor[MailTLS]():              mailTLS,
	reflect.TypeFor[farm.Role]():            texts(farm.Roles()...),
	reflect.TypeFor[farm.Phase]():           texts(farm.Phases()...),
}

// place is one key of one type.
type place struct {
	in   reflect.Type
	name string
}

// wordsAt are the words of keys whose type holds any text.
var wordsAt = map[place][]string{
	{reflect.TypeFor[farm.WinRM](), "scheme"}:      schemes,
	{reflect.TypeFor[farm.WinRM](), "auth"}:        authentications,
	{reflect.TypeFor[farm.WinRM](), "tls_min"}:     tlsVersions,
	{reflect.TypeFor[farm.SQLServer](), "tls_min"}: tlsVersions,
	{reflect.TypeFor[farmDefaults](), "execution"}: executions,
	{reflect.TypeFor[LogSettings](), "level"}:      logLevels,
	{reflect.TypeFor[LogSettings](), "format"}:     logFormats,
}

// wordsOf returns the words that a key may hold, nil for any text.
func wordsOf(in reflect.Type, f field) []string {
	if words, ok := wordsAt[place{in, f.name}]; ok {
		return words
	}
	t := f.typ
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return wordsOfType[t]
}
