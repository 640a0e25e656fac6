{{- define "meridian.name" -}}
{{- printf "%s-%s" .Release.Name "meridian" | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "meridian.labels" -}}
app.kubernetes.io/name: meridian
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "meridian.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag }}
{{- end -}}
{{- end -}}

{{/* requestTimeout → MERIDIAN_REQUEST_TIMEOUT */}}
{{- define "meridian.variable" -}}
MERIDIAN_{{ . | snakecase | upper }}
{{- end -}}

{{/* A StatefulSet: each pod has a data folder, which one process at a time may hold. */}}
{{- define "meridian.pods" -}}
{{- $root := .root -}}
{{- $pods := .pods -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ include "meridian.name" $root }}-{{ .part }}
  labels:
    {{- include "meridian.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .part }}
spec:
  serviceName: {{ include "meridian.name" $root }}-pods
  replicas: {{ $pods.replicas | default 1 }}
  podManagementPolicy: Parallel
  selector:
    matchLabels:
      {{- include "meridian.labels" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .part }}
  template:
    metadata:
      labels:
        {{- include "meridian.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .part }}
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 60
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: meridian
          image: {{ include "meridian.image" $root | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [serve]
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          env:
            - { name: MERIDIAN_ROLES, value: {{ $pods.roles | quote }} }
            # Below the volume's own folder, whose mode is not ours to set.
            - { name: MERIDIAN_DATA, value: /var/lib/meridian/data }
            - { name: MERIDIAN_HOST, value: 0.0.0.0 }
            - { name: MERIDIAN_PORT, value: "8080" }
            - { name: MERIDIAN_LOG_FORMAT, value: json }
            {{- if and (eq .part "worker") $root.Values.syslog.udp }}
            - { name: MERIDIAN_SYSLOG_HOST, value: 0.0.0.0 }
            - { name: MERIDIAN_SYSLOG_UDP, value: {{ $root.Values.syslog.udp | quote }} }
            {{- end }}
            {{- if and (eq .part "worker") $root.Values.syslog.tcp }}
            - { name: MERIDIAN_SYSLOG_TCP, value: {{ $root.Values.syslog.tcp | quote }} }
            {{- end }}
            {{- range $key, $value := merge (deepCopy $pods.settings) $root.Values.settings }}
            - { name: {{ include "meridian.variable" $key }}, value: {{ $value | quote }} }
            {{- end }}
            {{- range $key, $file := $root.Values.secrets.keys }}
            - { name: {{ include "meridian.variable" $key }}_FILE, value: {{ printf "/run/secrets/meridian/%s" $file | quote }} }
            {{- end }}
          ports:
            - { name: http, containerPort: 8080 }
            {{- if and (eq .part "worker") $root.Values.syslog.udp }}
            - { name: syslog-udp, containerPort: {{ $root.Values.syslog.udp }}, protocol: UDP }
            {{- end }}
            {{- if and (eq .part "worker") $root.Values.syslog.tcp }}
            - { name: syslog-tcp, containerPort: {{ $root.Values.syslog.tcp }} }
            {{- end }}
          startupProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 2
            failureThreshold: 90
          livenessProbe:
            httpGet: { path: /healthz, port: http }
            periodSeconds: 10
            failureThreshold: 6
          readinessProbe:
            httpGet: { path: /readyz, port: http }
            periodSeconds: 5
            timeoutSeconds: 5
          resources: {{- toYaml $pods.resources | nindent 12 }}
          volumeMounts:
            - { name: data, mountPath: /var/lib/meridian }
            - { name: scratch, mountPath: /tmp }
            - { name: cache, mountPath: /var/cache/meridian }
            - { name: secrets, mountPath: /run/secrets/meridian, readOnly: true }
      volumes:
        - name: scratch
          emptyDir: { sizeLimit: 1Gi }
        - name: cache
          emptyDir: { sizeLimit: 512Mi }
        - name: secrets
          secret:
            secretName: {{ $root.Values.secrets.existingSecret }}
            defaultMode: 0440
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "meridian.labels" $root | nindent 14 }}
              app.kubernetes.io/component: {{ .part }}
      {{- with $root.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $root.Values.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $pods.storage.className }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests: { storage: {{ $pods.storage.size }} }
{{- end -}}
