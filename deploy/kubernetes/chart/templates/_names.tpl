{{- /* Each takes a dictionary: the context as "context", and the component, host or pods. */ -}}
{{- define "exporterkit.name" -}}
{{ printf "%s-%s" (.context.Release.Name | trunc 50 | trimSuffix "-") .component }}
{{- end }}
{{- define "exporterkit.selector" -}}
app.kubernetes.io/name: exporterkit
app.kubernetes.io/instance: {{ .context.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end }}
{{- define "exporterkit.labels" -}}
{{ include "exporterkit.selector" . }}
app.kubernetes.io/version: {{ .context.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .context.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .context.Chart.Name .context.Chart.Version }}
{{- end }}
{{- define "exporterkit.podMetadata" -}}
labels:
  {{- include "exporterkit.selector" . | nindent 2 }}
annotations:
  checksum/config: {{ .config | sha256sum }}
  {{- if .context.Values.scrapeAnnotations }}
  prometheus.io/scrape: "true"
  prometheus.io/port: "9999"
  prometheus.io/path: /metrics
  {{- end }}
{{- end }}
{{- define "exporterkit.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}
{{- define "exporterkit.container" -}}
image: {{ printf "%s:%s" .context.Values.image.repository (.context.Values.image.tag | default .context.Chart.AppVersion) }}
imagePullPolicy: {{ .context.Values.image.pullPolicy }}
# It listens once its collectors have started, which takes long where it gets hardly any CPU.
startupProbe:
  httpGet: { path: /-/healthy, port: metrics }
  timeoutSeconds: 5
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: { path: /-/healthy, port: metrics }
  timeoutSeconds: 5
readinessProbe:
  httpGet: { path: /-/ready, port: metrics }
  timeoutSeconds: 5
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}
{{- define "exporterkit.hostConfig" -}}
log:
  format: json
modules:
  host:
    paths: { procfs: /host/proc, sysfs: /host/sys, rootfs: /host/root }
    {{- with .Values.host.config }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
{{- define "exporterkit.podsConfig" -}}
log:
  format: json
modules:
  kubernetes:
    usage: {{ .Values.pods.usage }}
    {{- with .Values.pods.namespaces }}
    namespaces: {{ toJson . }}
    {{- end }}
    {{- with .Values.pods.config }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}
