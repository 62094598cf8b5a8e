export interface FieldError {
  resource: string;
  field?: string;
  code: string;
  message?: string;
}

/** GitHub says no. REST answers the status; GraphQL the type. */
export class RefusedError extends Error {
  override name = 'RefusedError';
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 422;
  readonly errors: FieldError[] | undefined;
  /** GraphQL's error type, where it is not the status' usual one. */
  readonly type: string | undefined;

  constructor(status: RefusedError['status'], message: string, errors?: FieldError[], type?: string) {
    super(message);
    this.status = status;
    this.errors = errors;
    this.type = type;
  }
}

export const notFound = (): RefusedError => new RefusedError(404, 'Not Found');
export const invalid = (message: string, errors?: FieldError[]): RefusedError =>
  new RefusedError(422, message, errors);
