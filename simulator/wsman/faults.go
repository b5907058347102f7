package wsman

import (
	"fmt"
	"net/http"
	"strings"
)

// Codes of the faults this service raises by itself (winerror.h, wsmerror.h).
const (
	codePipeClosing = 232
	codeAborted     = 995
	codeNotFound    = 2147942402
	codeTimedOut    = 2150858793
	codeSelectors   = 2150858843
	codeSchema      = 2150858817
	codeShells      = 2150859173
	codeOperations  = 2150859174
)

// soapFault is a fault as Windows writes it. Texts end in the spaces Windows ends them in.
type soapFault struct {
	code           uint32
	value, subcode string
	detail         string // URI of w:FaultDetail, or empty
	reason         string
	message        string // XML inside f:Message
}

// errGone stands for a client that hung up before the reply was ready.
var errGone = &soapFault{}

const faultDetail = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"

func receiver(code uint32, subcode, text string) *soapFault {
	return &soapFault{code: code, value: "s:Receiver", subcode: subcode, reason: text, message: escape(text)}
}

func sender(code uint32, subcode, detail, text string) *soapFault {
	if detail != "" {
		detail = faultDetail + detail
	}
	return &soapFault{code: code, value: "s:Sender", subcode: subcode, detail: detail, reason: text, message: escape(text)}
}

const timedOutText = "The WS-Management service cannot complete the operation within the time specified in OperationTimeout.  "

func timedOutFault() *soapFault { return receiver(codeTimedOut, "w:TimedOut", timedOutText) }

const selectorsReason = "The WS-Management service cannot process the request because the request contained invalid selectors for the resource. "

func selectorsFault(message string) *soapFault {
	f := sender(codeSelectors, "w:InvalidSelectors", "UnexpectedSelectors", selectorsReason)
	f.message = escape(message)
	return f
}

func shellGoneFault(id string) *soapFault {
	return selectorsFault(fmt.Sprintf("The request for the Windows Remote Shell with ShellId %s failed because the shell was not found on the server. "+
		"Possible causes are: the specified ShellId is incorrect or the shell no longer exists on the server. "+
		"Provide the correct ShellId or create a new shell and retry the operation. ", id))
}

// commandGoneFault has the code of a missing shell: only the text tells them apart.
func commandGoneFault() *soapFault {
	return selectorsFault("The Windows Remote Shell received a request to perform an operation on a command identifier that does not exist. " +
		"Either the command has completed execution or the client specified an invalid command identifier. ")
}

func noSelectorFault() *soapFault {
	return selectorsFault("The WS-Management service cannot process the request. The operation on the Windows Remote Shell requires the following selector: ShellId. " +
		"Retry with the correct selector. ")
}

func shellQuotaFault(allowed int) *soapFault {
	return receiver(codeShells, "w:InternalError", fmt.Sprintf("The WS-Management service cannot process the request. "+
		"This user is allowed a maximum number of %d concurrent shells, which has been exceeded. Close existing shells or raise the quota for this user. ", allowed))
}

func operationQuotaFault(allowed int) *soapFault {
	f := receiver(codeOperations, "w:InternalError", "The WS-Management service cannot process the request. "+
		"The maximum number of concurrent operations for this user has been exceeded. Close existing operations for this user, or raise the quota for this user. ")
	f.message = escape(fmt.Sprintf("The WS-Management service cannot process the request. This user is allowed a maximum number of %d concurrent operations, "+
		"which has been exceeded. Close existing operations for this user, or raise the quota for this user. ", allowed))
	return f
}

// abortedFault ends a Receive whose command was terminated or whose shell was deleted.
func abortedFault() *soapFault {
	return receiver(codeAborted, "w:InternalError", "The I/O operation has been aborted because of either a thread exit or an application request. ")
}

func pipeClosingFault() *soapFault {
	return receiver(codePipeClosing, "w:InternalError", "The pipe is being closed. ")
}

// notFoundFault is the answer to a program without a path when cmd.exe is skipped: PATH is not searched then.
func notFoundFault() *soapFault {
	return commandPluginFault(codeNotFound, "The system cannot find the file specified. ")
}

func commandPluginFault(code uint32, text string) *soapFault {
	f := receiver(code, "w:InternalError", text)
	f.message = fmt.Sprintf(`<f:ProviderFault provider="Shell cmd plugin" path="%%systemroot%%\system32\winrscmd.dll">`+
		`<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="%d" Machine=""><f:Message>%s</f:Message></f:WSManFault></f:ProviderFault>`, code, escape(text))
	return f
}

func parameterFault() *soapFault {
	return sender(87, "w:InvalidParameter", "InvalidValue", "The parameter is incorrect. ")
}

func schemaFault() *soapFault {
	return sender(codeSchema, "w:SchemaValidationError", "", "The SOAP XML in the message does not match the corresponding XML schema definition. Change the XML and retry. ")
}

func operationTimeoutFault() *soapFault {
	return sender(2150858767, "a:InvalidMessageInformationHeader", "", "The WS-Management service cannot process the request because the request contains an invalid header. ")
}

func actionFault(action string) *soapFault {
	return sender(2150858753, "a:ActionNotSupported", "", fmt.Sprintf("The WS-Management service cannot process the request. The action %s is not supported. ", action))
}

func resourceFault(uri string) *soapFault {
	return sender(2150858752, "a:DestinationUnreachable", "InvalidResourceURI",
		fmt.Sprintf("The WS-Management service cannot process the request. The service cannot find the resource identified by the resource URI %s and selectors. ", strings.TrimSpace(uri)))
}

// catalogued gives a fault by its code, for those raised on purpose. Texts of 5, 995 and 1115 are the system's
// messages; no recording of these faults is known.
func catalogued(code uint32) *soapFault {
	switch code {
	case codeTimedOut:
		return timedOutFault()
	case codeSelectors:
		return shellGoneFault("00000000-0000-0000-0000-000000000000")
	case codeShells:
		return shellQuotaFault(stackLimits[Stack20].shells)
	case codeOperations:
		return operationQuotaFault(stackLimits[Stack20].operations)
	case codeAborted, 2147943395:
		f := abortedFault()
		f.code = code
		return f
	case codePipeClosing:
		return pipeClosingFault()
	case 5, 2147942405:
		return sender(code, "w:AccessDenied", "", "Access is denied. ")
	case 87:
		return parameterFault()
	case 1115, 2147943515:
		return receiver(code, "w:InternalError", "A system shutdown is in progress. ")
	case codeNotFound:
		return notFoundFault()
	case 2147942606:
		return commandPluginFault(code, "The filename or extension is too long. ")
	case 2147943418:
		return commandPluginFault(code, "Illegal operation attempted on a registry key that has been marked for deletion. ")
	case 2150858805:
		return sender(code, "w:EncodingLimit", "MaxEnvelopeSize", "The WS-Management service cannot process the request because the envelope exceeds the maximum size. ")
	case codeSchema:
		return schemaFault()
	}
	return receiver(code, "w:InternalError", fmt.Sprintf("The WS-Management service reported error %d. ", code))
}

// faultReply writes a fault: HTTP 500 with a SOAP body.
func (s *Server) faultReply(who caller, relatesTo string, f *soapFault) response {
	var b strings.Builder
	fmt.Fprintf(&b, `<s:Fault><s:Code><s:Value>%s</s:Value><s:Subcode><s:Value>%s</s:Value></s:Subcode></s:Code>`, f.value, f.subcode)
	fmt.Fprintf(&b, `<s:Reason><s:Text xml:lang="en-US">%s</s:Text></s:Reason><s:Detail>`, escape(f.reason))
	if f.detail != "" {
		fmt.Fprintf(&b, `<w:FaultDetail>%s</w:FaultDetail>`, f.detail)
	}
	fmt.Fprintf(&b, `<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="%d" Machine="%s"><f:Message>%s</f:Message></f:WSManFault></s:Detail></s:Fault>`,
		f.code, escape(who.host), f.message)
	const action = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
	return response{
		status: http.StatusInternalServerError, contentType: soapType,
		body: envelopeReply("s a x e n w p", action, relatesTo, b.String()),
	}
}
